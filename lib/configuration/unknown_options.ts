import type { FeatureName } from '../../types/features/index.ts'
import { nearest } from '../helpers/nearest.ts'
import { isOptionObject, memberAt } from './checks/shapes.ts'
import { DEFAULTS } from './defaults.ts'
import type { FeatureDeclaration } from './feature_declaration.ts'
import { FEATURE_SWITCHES } from './known_features.ts'
import { unknownOptionNotice } from './notices.ts'

const TOP_LEVEL: readonly string[] = [...Object.keys(DEFAULTS), 'features', 'logger']

/** What a cookie can have. */
const COOKIE: readonly string[] = [
  'domain',
  'expires',
  'httpOnly',
  'maxAge',
  'overwrite',
  'partitioned',
  'path',
  'priority',
  'sameSite',
  'secure',
  'signed',
]

/** Options that hold others, where a misspelt one would silently do nothing, by path. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  clientSecretThrottle: Object.keys(DEFAULTS.clientSecretThrottle),
  cookies: Object.keys(DEFAULTS.cookies),
  'cookies.long': COOKIE,
  // Accepted for hosts of version 8; no cookie has this name.
  'cookies.names': [...Object.keys(DEFAULTS.cookies.names), 'state'],
  'cookies.short': COOKIE,
  extraClientMetadata: Object.keys(DEFAULTS.extraClientMetadata),
  fetchResponseBodyLimits: Object.keys(DEFAULTS.fetchResponseBodyLimits),
  formats: Object.keys(DEFAULTS.formats),
  'formats.customizers': Object.keys(DEFAULTS.formats.customizers),
  interactions: Object.keys(DEFAULTS.interactions),
  pkce: Object.keys(DEFAULTS.pkce),
  routes: Object.keys(DEFAULTS.routes),
}

function* unknownNames(prefix: string, given: object, known: readonly string[]): Generator<string> {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    yield unknownOptionNotice(prefix + name, meant === undefined ? undefined : prefix + meant)
  }
}

/** Hosts keep lifetimes of their own in `ttl`; only a name that is nearly one of ours is worth a word. */
function* misspeltLifetimes(given: object): Generator<string> {
  const known = Object.keys(DEFAULTS.ttl)
  for (const name of Object.keys(given)) {
    const meant = known.includes(name) ? undefined : nearest(name, known, Math.floor(name.length / 4))
    if (meant !== undefined) yield unknownOptionNotice(`ttl.${name}`, `ttl.${meant}`)
  }
}

/** Where an option of the top level belongs that is one of a feature, as some were in older versions, or a feature. */
function placeOf(name: string, declarations: readonly FeatureDeclaration[]): string | undefined {
  if (Object.hasOwn(FEATURE_SWITCHES, name)) return `features.${name}`
  const features: FeatureName[] = declarations
    .filter(({ defaults }) => name !== 'enabled' && Object.hasOwn(defaults, name))
    .map((declaration) => declaration.name)
  const [only, other] = features
  return only === undefined || other !== undefined ? undefined : `features.${only}.${name}`
}

function* misplacedNames(host: object, declarations: readonly FeatureDeclaration[]): Generator<string> {
  for (const name of Object.keys(host)) {
    const place = TOP_LEVEL.includes(name) ? undefined : placeOf(name, declarations)
    if (place === undefined) yield* unknownNames('', { [name]: undefined }, TOP_LEVEL)
    else yield unknownOptionNotice(name, place)
  }
}

/** One notice for every option that nothing will read. Hosts may carry strays, so it is no error. */
export function* unknownOptions(
  host: { readonly ttl?: unknown },
  declarations: readonly FeatureDeclaration[] = [],
): Generator<string> {
  yield* misplacedNames(host, declarations)
  for (const [group, members] of Object.entries(GROUPS)) {
    const given = memberAt(host, group)
    if (isOptionObject(given)) yield* unknownNames(`${group}.`, given, members)
  }
  if (isOptionObject(host.ttl)) yield* misspeltLifetimes(host.ttl)
}
