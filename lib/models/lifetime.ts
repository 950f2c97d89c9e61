import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { Client } from '../../types/models.ts'
import { DEFAULTS } from '../configuration/defaults.ts'
import { hearRejection } from '../helpers/hear_rejection.ts'
import type { ModelRuntime } from './model_runtime.ts'

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
