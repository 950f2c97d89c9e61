import type { Sources } from './sources.ts'

/** Top to bottom: a file may import from its own layer or from one above it. */
const LAYERS: readonly (readonly string[])[] = [
  ['types/'],
  ['lib/helpers/'],
  ['lib/adapters/', 'lib/configuration/'],
  ['lib/outgoing/'],
  ['lib/clients/', 'lib/relying_party/'],
  ['lib/models/'],
  ['lib/engine/'],
  ['lib/actions/'],
  ['lib/features/'],
  ['lib/assemble.ts', 'lib/assemble/'],
  ['lib/provider.ts'],
  ['lib/index.ts'],
  ['lib/development/'],
]

const layerOf = (file: string) =>
  LAYERS.findIndex((prefixes) => prefixes.some((prefix) => file.startsWith(prefix)))

/** Usable without the server: what it may stand on. */
const WING = 'lib/relying_party/'
const UNDER_THE_WING = ['types/', 'lib/helpers/', 'lib/outgoing/', WING]
/** Nobody inside needs it. */
const OWN_TYPES = 'types/relying_party/'

/** The relying party knows nothing of the server, and the server nothing of it. */
export function* throughTheWing(sources: Sources): Generator<string> {
  for (const [file, { imports }] of sources) {
    const isInside = file.startsWith(WING)
    for (const target of imports) {
      if (isInside && !UNDER_THE_WING.some((prefix) => target.startsWith(prefix)))
        yield `${file} imports ${target}, which is of the server`
      const isOfTheWing = target.startsWith(WING) || target.startsWith(OWN_TYPES)
      if (!isInside && !file.startsWith(OWN_TYPES) && isOfTheWing)
        yield `${file} imports ${target}, which is of the relying party`
    }
  }
}

/** A host like any other: it has the public names, and what draws pages and reads JSON. */
const HOST_WING = 'lib/development/'
const UNDER_THE_HOST_WING = [
  'types/',
  'lib/helpers/',
  'lib/actions/pages/',
  'lib/engine/render_page.ts',
  'lib/engine/screens/',
  'lib/adapters/memory.ts',
  'lib/index.ts',
  HOST_WING,
]

/** The development server stands on what every host has. */
export function* behindTheHostWing(sources: Sources): Generator<string> {
  for (const [file, { imports }] of sources) {
    if (!file.startsWith(HOST_WING)) continue
    for (const target of imports) {
      if (!UNDER_THE_HOST_WING.some((prefix) => target.startsWith(prefix)))
        yield `${file} imports ${target}, which is not for hosts`
    }
  }
}

export function* importsDown(sources: Sources): Generator<string> {
  for (const [file, { imports }] of sources) {
    if (layerOf(file) === -1) yield `${file} belongs to no layer`
    for (const target of imports) {
      if (!sources.has(target)) yield `${file} imports ${target}, which does not exist or is no layer's file`
      else if (layerOf(target) > layerOf(file)) yield `${file} imports down: ${target}`
    }
  }
}

export function circles(sources: Sources): string[] {
  const found: string[] = []
  const done = new Set<string>()
  function visit(file: string, path: readonly string[]): void {
    const start = path.indexOf(file)
    if (start !== -1) {
      found.push(`import circle: ${[...path.slice(start), file].join(' > ')}`)
      return
    }
    if (done.has(file)) return
    for (const target of sources.get(file)?.imports ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of sources.keys()) visit(file, [])
  return found
}

/** The room of a feature that a file stands in; files of `lib/features/` itself are registries. */
const roomOf = (file: string) => /^lib\/features\/([^/]+)\//.exec(file)?.[1]
const isRegistry = (file: string) => /^lib\/features\/[^/]+\.ts$/.test(file)
/** The construction and the registries read rooms; importing a registry for the types it brings is not reading one. */
const mayReadRooms = (file: string) => isRegistry(file) || file.startsWith('lib/assemble')

/** A feature's room is its own: others do not import it, only the registries and the construction do. */
export function* mixedRooms(sources: Sources): Generator<string> {
  for (const [file, { imports }] of sources) {
    for (const target of imports) {
      const room = roomOf(target)
      if (room === undefined || room === roomOf(file) || mayReadRooms(file)) continue
      yield `${file} imports ${target}, out of another feature's room`
    }
  }
}
