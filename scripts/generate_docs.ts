/** Writes docs/configuration.md, docs/events.md, docs/fapi.md and docs/security.md; with --check fails when they are not up to date. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { FEATURES } from '../lib/features/index.ts'
import { configurationPage } from './docs/configuration_page.ts'
import { readDeclarations } from './docs/declarations.ts'
import { eventsPage } from './docs/events_page.ts'
import { fapiPage } from './docs/fapi_page.ts'
import { securityPage } from './docs/security_page.ts'

const root = resolve(import.meta.dirname, '..')
/** Options outside of features; those with parts of their own in features stand in files of their own. */
const CONFIGURATION = [
  'types/configuration.ts',
  'types/enabled_jwa.ts',
  'types/fetch_limits.ts',
  'types/routes.ts',
  'types/grants/trusted_issuer.ts',
  'types/ttl.ts',
]
const EVENTS = 'types/events.ts'
const REGISTRY = 'types/features/index.ts'

const featureFiles = readdirSync(join(root, 'types/features'))
  .map((name) => `types/features/${name}`)
  .filter((path) => path.endsWith('.ts') && path !== REGISTRY)
  .sort()
const declarations = readDeclarations(root, [...CONFIGURATION, EVENTS, REGISTRY, ...featureFiles])
const of = (path: string) => declarations.get(path) ?? []
const features = new Map(featureFiles.map((path) => [path, of(path)]))

const pages: Readonly<Record<string, string>> = {
  'docs/configuration.md': configurationPage(
    CONFIGURATION.flatMap(of),
    of(REGISTRY),
    features,
    new Set(FEATURES.map(({ name }) => name)),
  ),
  'docs/events.md': eventsPage(of(EVENTS), [...features.values()].flat()),
  'docs/fapi.md': fapiPage(),
  'docs/security.md': await securityPage(root),
}

function current(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

for (const [name, page] of Object.entries(pages)) {
  const path = join(root, name)
  if (current(path) === page) continue
  if (process.argv.includes('--check')) {
    console.error(`${name} is stale: run npm run docs`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, page)
    console.log(`wrote ${name}`)
  }
}
