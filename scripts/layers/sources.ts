import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** What a file says about others: `import type`, `export … from` and `declare module` count like any import. */
const IMPORT = /^\s*(?:import|export|declare module)\s(?:[^'"]*?\sfrom\s)?['"](\.[^'"]+)['"]/gm
const ADDITION = /^declare module ['"](\.[^'"]+)['"]/gm

export interface Source {
  readonly text: string
  /** Paths of the files it imports, from the root. */
  readonly imports: readonly string[]
  /** Those of them whose interfaces it adds to; that is not reading them. */
  readonly additions: readonly string[]
}

/** Every file of `types/` and `lib/`, by its path from the root. */
export type Sources = ReadonlyMap<string, Source>

export function readSources(): Sources {
  const files = ['types', 'lib'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
  return new Map(files.sort().map((file) => [file, readSource(file)]))
}

function readSource(file: string): Source {
  const text = readFileSync(join(root, file), 'utf8')
  const targets = (pattern: RegExp) => [
    ...new Set(
      [...text.matchAll(pattern)].map((match) =>
        relative(root, resolve(root, dirname(file), match[1] ?? '')),
      ),
    ),
  ]
  return { text, imports: targets(IMPORT), additions: targets(ADDITION) }
}
