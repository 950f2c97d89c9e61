/** Fails when a file imports from a layer below its own, or when files import each other in a circle. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/** Top to bottom: a file may import from its own layer or from one above it. */
const LAYERS: readonly (readonly string[])[] = [
  ['types/'],
  ['lib/helpers/'],
  ['lib/adapters/', 'lib/configuration/'],
  ['lib/outgoing/'],
  ['lib/clients/'],
  ['lib/models/'],
  ['lib/engine/'],
  ['lib/actions/'],
  ['lib/features/'],
  ['lib/assemble.ts', 'lib/assemble/'],
  ['lib/provider.ts'],
  ['lib/index.ts'],
]
const IMPORT = /^\s*(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"](\.[^'"]+)['"]/gm

const layerOf = (file: string) =>
  LAYERS.findIndex((prefixes) => prefixes.some((prefix) => file.startsWith(prefix)))

const files = ['types', 'lib'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
)
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    const targets = [...text.matchAll(IMPORT)].map((match) =>
      relative(root, resolve(root, dirname(file), match[1] ?? '')),
    )
    return [file, targets] as const
  }),
)

const mistakes: string[] = []
for (const [file, targets] of imports) {
  if (layerOf(file) === -1) mistakes.push(`${file} belongs to no layer`)
  for (const target of targets) {
    if (!imports.has(target))
      mistakes.push(`${file} imports ${target}, which does not exist or is no layer's file`)
    else if (layerOf(target) > layerOf(file)) mistakes.push(`${file} imports down: ${target}`)
  }
}

const done = new Set<string>()
function visit(file: string, path: readonly string[]): void {
  const start = path.indexOf(file)
  if (start !== -1) {
    mistakes.push(`import circle: ${[...path.slice(start), file].join(' > ')}`)
    return
  }
  if (done.has(file)) return
  for (const target of imports.get(file) ?? []) visit(target, [...path, file])
  done.add(file)
}
for (const file of files) visit(file, [])

for (const mistake of mistakes) console.error(mistake)
if (mistakes.length > 0) process.exitCode = 1
