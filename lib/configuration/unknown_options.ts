import { nearest } from '../helpers/nearest.ts'
import { isOptionObject, memberAt } from './checks/shapes.ts'
import { DEFAULTS } from './defaults.ts'
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

/** One notice for every option that nothing will read. Hosts may carry strays, so it is no error. */
export function* unknownOptions(host: { readonly ttl?: unknown }): Generator<string> {
  yield* unknownNames('', host, TOP_LEVEL)
  for (const [group, members] of Object.entries(GROUPS)) {
    const given = memberAt(host, group)
    if (isOptionObject(given)) yield* unknownNames(`${group}.`, given, members)
  }
  if (isOptionObject(host.ttl)) yield* misspeltLifetimes(host.ttl)
}
