import { dirname } from 'node:path'
import type { Sources } from './sources.ts'

/** As many files as can be seen at one level. */
const MOST = 20
/** Folders that list what there is, one file or line each. */
const REGISTRIES: ReadonlySet<string> = new Set(['types/features'])
/** A file with fewer lines belongs to its only reader. */
const LEAST_LINES = 10

export function* crowdedFolders(sources: Sources): Generator<string> {
  const counts = new Map<string, number>()
  for (const file of sources.keys()) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
  for (const [folder, count] of counts) {
    if (count > MOST && !REGISTRIES.has(folder))
      yield `${folder} has ${count} files; ${MOST} fit, give some a folder of their own`
  }
}

/** Entry points and registries are read by nobody, or by design by one. */
const isOnItsOwn = (file: string) =>
  file === 'lib/index.ts' ||
  file === 'lib/relying_party/index.ts' ||
  file === 'lib/development/testing.ts' ||
  file.startsWith('types/') ||
  /^lib\/features\/[^/]+\.ts$/.test(file)

export function* lonelyFiles(sources: Sources): Generator<string> {
  const readers = new Map<string, Set<string>>()
  for (const [file, { imports, additions }] of sources) {
    for (const target of imports) {
      if (additions.includes(target)) continue
      readers.set(target, (readers.get(target) ?? new Set()).add(file))
    }
  }
  for (const [file, { text }] of sources) {
    const lines = text.trimEnd().split('\n').length
    if (lines >= LEAST_LINES || isOnItsOwn(file) || /\/(?:feature|members|client_metadata)\.ts$/.test(file))
      continue
    const [reader, second] = readers.get(file) ?? []
    if (reader !== undefined && second === undefined)
      yield `${file} has ${lines} lines and one reader; join it to ${reader}`
  }
}
