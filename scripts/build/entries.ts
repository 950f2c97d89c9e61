import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Manifest {
  exports: Record<string, string | { default: string }>
  bin: Record<string, string>
}

export const ROOT = join(import.meta.dirname, '../..')

/** Where a joined file lies, without its extension → the source that it begins with. */
export type Entries = Record<string, string>

const isCompiled = (target: string) => target.startsWith('./dist/') || target.startsWith('dist/')
const placeOf = (target: string) => target.replace(/^(?:\.\/)?dist\//, '').replace(/\.js$/, '')

/** What package.json names: entry points and commands. */
export function publicEntries(): Entries {
  const { exports, bin }: Manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const targets = [
    ...Object.values(exports).map((target) => (typeof target === 'string' ? target : target.default)),
    ...Object.values(bin),
  ]
  const places = targets.filter(isCompiled).map(placeOf)
  return Object.fromEntries(places.map((place) => [place, join(ROOT, `${place}.ts`)]))
}

/** Programs of threads, beside the entry point that starts them. */
export function threadEntries(): Entries {
  const names = ['write_worker', 'backup_worker']
  return Object.fromEntries(
    names.map((name) => [`lib/adapters/${name}`, join(ROOT, `lib/adapters/sqlite/${name}.ts`)]),
  )
}
