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

const tooLong = (name: string): string =>
  `'${name}' parameter must not be longer than ${MAX_LENGTH} characters`

/** Nothing is wrong. */
const NONE: ReadonlyMap<string, string> = new Map()

const followedBy = (earlier: string | readonly string[], value: string): readonly string[] =>
  typeof earlier === 'string' ? [earlier, value] : [...earlier, value]

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
  const params: Record<string, string | readonly string[] | undefined> = Object.create(null)
  let malformed: Map<string, string> | undefined
  for (const [name, value] of sent) {
    if (value === '' || !known.has(name)) continue
    const earlier = params[name]
    params[name] = earlier === undefined ? value : Object.freeze(followedBy(earlier, value))
    const isRepeated = earlier !== undefined && !repeatable.has(name)
    if (isRepeated || (value.length > MAX_LENGTH && !LONG.has(name))) {
      malformed ??= new Map()
      malformed.set(name, isRepeated ? repeats(name) : tooLong(name))
    }
  }
  if (malformed !== undefined) for (const name of malformed.keys()) Reflect.deleteProperty(params, name)
  return { params: Object.freeze(params), malformed: malformed ?? NONE }
}
