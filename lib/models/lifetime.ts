import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { Client } from '../../types/models.ts'
import { DEFAULTS } from '../configuration/defaults.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { hearRejection } from '../helpers/hear_rejection.ts'
import type { ModelRuntime } from './model_runtime.ts'

/**
 * A lifetime that a host gave to one thing. A fraction of a second is not lived out: `exp` is a whole number in
 * storage and in a JWT (RFC 7519 §2).
 * @returns seconds, 1 or more
 * @throws TypeError
 */
export function readSeconds(name: string, given: unknown): number {
  if (typeof given === 'number' && given >= 1) return Math.floor(given)
  throw new TypeError(`${name} must be a number of seconds, 1 or more`)
}

/** When what lives for these seconds from now on ends, epoch seconds; `undefined` for `Infinity`. */
export function endAfter(ttl: number): number | undefined {
  const seconds = readSeconds('ttl', ttl)
  return Number.isFinite(seconds) ? epochTime() + seconds : undefined
}

/** Those without a default live for ever unless told otherwise. */
const isEternal = (kind: string): boolean =>
  new Map<string, unknown>(Object.entries(DEFAULTS.ttl)).get(kind) === undefined

type Lifetimes = ModelRuntime['configuration']['ttl']

/**
 * How long a new model lives.
 * @returns seconds, or `undefined` for ever
 * @throws when the configured function does not return a positive whole number of seconds: a forgotten `return` must not
 *   make tokens that live for ever
 */
export function lifetimeOf(
  rt: ModelRuntime,
  kind: keyof Lifetimes & string,
  ctx?: KoaContextWithOIDC,
  token?: object,
  client?: Client,
): number | undefined {
  const configured = rt.configuration.ttl[kind]
  if (typeof configured !== 'function') return configured
  const seconds: unknown = hearRejection(Reflect.apply(configured, undefined, [ctx, token, client]))
  const isForEver = seconds === undefined || seconds === null || seconds === Number.POSITIVE_INFINITY
  if (isForEver && isEternal(kind)) return undefined
  if (typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds > 0) return seconds
  throw new TypeError(
    `ttl.${kind} must return a positive whole number of seconds, not a promise${isEternal(kind) ? '' : '; a lifetime without end is the constant Infinity'}`,
  )
}

/** When a new model that is made outside of a request ends, epoch seconds; `undefined` for never. */
export function endOf(rt: ModelRuntime, kind: keyof Lifetimes & string, model: object): number | undefined {
  const lifetime = lifetimeOf(rt, kind, undefined, model)
  return lifetime === undefined ? undefined : epochTime() + lifetime
}
