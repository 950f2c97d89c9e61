import {
  type ReadParameters,
  type Recognised,
  readParameters,
  type SentParameters,
} from './http/parameters.ts'
import type { JsonObject } from './jose/jwt.ts'

/** Parameters of a request object are JSON; those that are strings elsewhere are written out as such. */
function written(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return undefined
  return JSON.stringify(value)
}

const pairs = (name: string, values: readonly unknown[]): SentParameters =>
  values.flatMap((value): SentParameters => {
    const text = written(value)
    return text === undefined ? [] : [[name, text]]
  })

/**
 * Reads the claims of a request object as the parameters they stand for, by the same rules as parameters that
 * are sent: without a value means omitted, unrecognised ones are ignored.
 * @see RFC 9101 §4, §10.3; OpenID Connect Core 1.0 §6.1
 */
export function claimsAsParameters(claims: JsonObject, recognised: Recognised): ReadParameters {
  const sent = Object.entries(claims).flatMap(([name, value]) => {
    const repeats = recognised.repeatable.has(name) && Array.isArray(value)
    return pairs(name, repeats ? value : [value])
  })
  return readParameters(sent, recognised)
}
