/**
 * Uses the packed package with several versions of Node.js, by `import` and by `require()`:
 * `npm run node-versions -- --versions 20.19.0,22,24 --package FILE`.
 */
import { cp, rm, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { installInto, pack, run } from './pack.ts'

const SMOKE = resolve(import.meta.dirname, '../.ci/smoke.mjs')

const { values } = parseArgs({
  options: {
    versions: { type: 'string', default: '20.19.0,22,24' },
    package: { type: 'string' },
  },
})

/** The binary, from the registry that packages come from. */
async function nodeOf(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`
  const folder = await installInto('node', [`${name}@${version}`])
  return join(folder, 'node_modules', name, 'bin/node')
}

async function tryVersions(packed: string): Promise<void> {
  const host = await installInto('host', [packed])
  await cp(SMOKE, join(host, 'smoke.mjs'))
  // What the package does not bring itself, for versions without node:sqlite.
  await symlink(
    resolve(import.meta.dirname, '../node_modules/better-sqlite3'),
    join(host, 'node_modules/better-sqlite3'),
  )
  for (const version of values.versions.split(',')) {
    const node = await nodeOf(version)
    const exact = (await run(node, ['--version'], host)).trim()
    await run(node, ['smoke.mjs'], host)
    console.log(`${exact}: import, require, HTTP, client, provider for tests, SQLite, command`)
    await rm(resolve(node, '../../../..'), { recursive: true })
  }
  await rm(host, { recursive: true })
}

async function start(): Promise<void> {
  await tryVersions(values.package === undefined ? await pack() : resolve(values.package))
}

start().catch((error: Error) => {
  console.error(error.stack)
  process.exit(1)
})
