import type { Provider } from '../../index.ts'
import type { Given } from '../given.ts'
import type { Fault } from './faults.ts'

const KINDS = [
  'slow',
  '503',
  'wrong issuer',
  'unknown kid',
  'tampered signature',
  'expired',
  'clock skew',
] as const satisfies readonly Fault['kind'][]

/** Documents that name their issuer. @see OpenID Connect Discovery 1.0 §4, RFC 8414 §3 */
const DOCUMENTS = ['discovery', 'authorization_server_metadata']

/** @throws TypeError naming the member that is wrong */
export const readFault = (given: Given): Fault => ({
  path: given.text('path'),
  kind: given.oneOf('kind', KINDS),
  times: given.optionalNumber('times'),
  seconds: given.optionalNumber('seconds'),
})

/** A route of a `@koa/router`, whichever copy of that package made it. */
interface Layer {
  readonly path: unknown
  match(path: string): boolean
}

const isLayer = (value: unknown): value is Layer =>
  typeof value === 'object' && value !== null && 'match' in value && typeof value.match === 'function'

function layersIn(middleware: object): Layer[] {
  const router: unknown = 'router' in middleware ? middleware.router : undefined
  const isRouter = typeof router === 'object' && router !== null && 'stack' in router
  return isRouter && Array.isArray(router.stack) ? router.stack.filter(isLayer) : []
}

/** Routes of the provider, and those that a test has added to it. */
const layersOf = ({ app }: Provider): Layer[] => app.middleware.flatMap(layersIn)

/** Names of the routes whose answers a fault can spoil; `undefined` where it can be any. */
function routesOf(kind: Fault['kind']): readonly string[] | undefined {
  if (kind === 'slow' || kind === '503') return undefined
  return kind === 'wrong issuer' ? ['token', 'authorization', ...DOCUMENTS] : ['token']
}

/**
 * Refuses a fault that would never happen: a test that waits for it would pass for no reason.
 * @throws TypeError
 */
export function checkReach({ path, kind }: Fault, provider: Provider): void {
  const spoiled = routesOf(kind)?.map((name) => provider.pathFor(name, { mountPath: '' }))
  if (spoiled !== undefined && !spoiled.includes(path))
    throw new TypeError(
      `path must be one of: ${spoiled.join(', ')}, where ${kind} is; ${path} has nothing like it`,
    )
  const layers = layersOf(provider)
  if (layers.some((layer) => layer.match(path))) return
  const paths = new Set(layers.map((layer) => String(layer.path)).filter((known) => !known.includes(':')))
  throw new TypeError(`path must be one of: ${[...paths].join(', ')}; there is nothing at ${path}`)
}
