/** Name and value of every parameter that was sent, in order. */
export type SentParameters = readonly (readonly [name: string, value: string])[]

export interface Recognised {
  readonly known: ReadonlySet<string>
  /** Those that may be sent more than once; they become arrays then. */
  readonly repeatable: ReadonlySet<string>
}

/** What was understood of a form or query. */
export interface ReadParameters {
  readonly params: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Recognised parameters that cannot be used, with the reason. They are not among `params`. */
  readonly malformed: ReadonlyMap<string, string>
}

const MAX_LENGTH = 4000
/** Bounded by the size of the body only: structured values, and those that a client must get back unchanged. */
const LONG: ReadonlySet<string> = new Set([
  'request',
  'client_assertion',
  'id_token_hint',
  'claims',
  'state',
  'assertion',
  'subject_token',
  'actor_token',
  // Looked up as they are: one of any length is simply unknown.
  'code',
  'refresh_token',
  'token',
])

/** What is wrong with a parameter that may be sent once only. */
export const repeats = (name: string): string => `'${name}' parameter must not be sent more than once`

function malformation(
  name: string,
  values: readonly string[],
  repeatable: ReadonlySet<string>,
): string | undefined {
  if (values.length > 1 && !repeatable.has(name)) return repeats(name)
  if (!LONG.has(name) && values.some((value) => value.length > MAX_LENGTH)) {
    return `'${name}' parameter must not be longer than ${MAX_LENGTH} characters`
  }
  return undefined
}

/**
 * Finds a parameter that was sent more than once although it may not be.
 * @see RFC 6749 §3.2
 */
export function repeatedParameter(
  sent: SentParameters,
  { known, repeatable }: Recognised,
): string | undefined {
  const seen = new Set<string>()
  for (const [name, value] of sent) {
    if (value === '' || !known.has(name) || repeatable.has(name)) continue
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

/**
 * Picks the recognised parameters. One without a value counts as omitted, an unrecognised one is ignored.
 * @see RFC 6749 §3.1, §3.2
 */
export function readParameters(sent: SentParameters, { known, repeatable }: Recognised): ReadParameters {
  const values = new Map<string, string[]>()
  for (const [name, value] of sent) {
    if (value === '' || !known.has(name)) continue
    const earlier = values.get(name)
    if (earlier === undefined) values.set(name, [value])
    else earlier.push(value)
  }
  const malformed = new Map<string, string>()
  const params: Record<string, string | readonly string[] | undefined> = Object.create(null)
  for (const [name, all] of values) {
    const reason = malformation(name, all, repeatable)
    if (reason !== undefined) malformed.set(name, reason)
    else params[name] = all.length === 1 ? all[0] : Object.freeze(all)
  }
  return { params: Object.freeze(params), malformed }
}
