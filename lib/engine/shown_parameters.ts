import type { RequestParameters } from '../../types/context.ts'
import type { ReadParameters, SentParameters } from '../helpers/http/parameters.ts'
import { isRecord } from '../helpers/is_record.ts'

type Parameters = ReadParameters['params']

/** What a host may have put in place of a parameter, as a client would have sent it; nothing where it cannot be sent. */
function asSent(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return []
  if (typeof value === 'string') return [value]
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)]
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? value : undefined
  return isRecord(value) ? asJson(value) : undefined
}

function asJson(value: object): readonly string[] | undefined {
  try {
    const text: unknown = JSON.stringify(value)
    return typeof text === 'string' ? [text] : undefined
  } catch {
    return undefined
  }
}

const sameWords = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index])

/** A host's own copy of the parameters: what it writes there is looked at when the request is decided, not before. */
export function shownParameters(params: Parameters | RequestParameters): RequestParameters {
  const shown: RequestParameters = {}
  for (const [name, value] of Object.entries(params)) {
    shown[name] = value === undefined || typeof value === 'string' ? value : Array.from(value)
  }
  return shown
}

/**
 * Compares what a host left in its copy with what was sent.
 * @param amendable names that hosts may change
 * @returns the parameters as if the client had sent them so, and what changed; `undefined` when nothing did
 */
export function amendedParameters(
  sent: Parameters,
  shown: Readonly<Record<string, unknown>>,
  amendable: ReadonlySet<string>,
): { sent: SentParameters; changed: ReadonlySet<string> } | undefined {
  const changed = new Set<string>()
  const values = new Map<string, readonly string[]>()
  for (const [name, value] of Object.entries(sent)) values.set(name, asSent(value) ?? [])
  for (const name of amendable) {
    const before = values.get(name) ?? []
    const now = asSent(Object.hasOwn(shown, name) ? shown[name] : undefined)?.filter((value) => value !== '')
    if (now === undefined || sameWords(before, now)) continue
    values.set(name, now)
    changed.add(name)
  }
  if (changed.size === 0) return undefined
  const pairs = [...values].flatMap(([name, all]) => all.map((value) => [name, value] as const))
  return { sent: pairs, changed }
}
