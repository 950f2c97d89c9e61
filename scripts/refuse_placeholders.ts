/**
 * Refuses to publish while an address of the project is one that nobody can have (RFC 2606 §2): `prepublishOnly`.
 * `npx tsx scripts/refuse_placeholders.ts FOLDER` looks at another project.
 */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** What tells users and the registry where the project is. */
const FILES = ['package.json', 'SECURITY.md']
const PLACEHOLDER = /\bopenid-provider\.invalid\b/

async function placeholdersIn(folder: string, file: string): Promise<string[]> {
  const lines = (await readFile(join(folder, file), 'utf8')).split('\n')
  return lines.flatMap((line, index) =>
    PLACEHOLDER.test(line) ? [`  ${file}:${index + 1}: ${line.trim()}`] : [],
  )
}

async function refuse(folder: string): Promise<void> {
  const found = (await Promise.all(FILES.map((file) => placeholdersIn(folder, file)))).flat()
  if (found.length === 0) return
  const advice =
    'not published: put the real address of the project in the place of each openid-provider.invalid'
  console.error([advice, ...found].join('\n'))
  process.exitCode = 1
}

refuse(resolve(process.argv[2] ?? join(import.meta.dirname, '..'))).catch((error: Error) => {
  console.error(error.stack)
  process.exit(1)
})
