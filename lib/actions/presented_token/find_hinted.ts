/** Kinds of tokens, by what clients call them in `token_type_hint`. @see RFC 7009 §2.1, RFC 7662 §2.1 */
export interface HintedKinds<Kind> {
  readonly accessTokens: readonly Kind[]
  readonly refreshTokens: readonly Kind[]
}

/** The names that are registered, and their longer form. @see RFC 7009 §4.1.2, RFC 8693 §3 */
const HINTS: ReadonlyMap<string, keyof HintedKinds<unknown>> = new Map([
  ['access_token', 'accessTokens'],
  ['refresh_token', 'refreshTokens'],
  ['urn:ietf:params:oauth:token-type:access_token', 'accessTokens'],
  ['urn:ietf:params:oauth:token-type:refresh_token', 'refreshTokens'],
])

const isFound = <T>(found: T | undefined): found is T => found !== undefined

async function first<T>(pending: readonly Promise<T | undefined>[]): Promise<T | undefined> {
  const found = await Promise.all(pending)
  return found.find(isFound)
}

/**
 * Looks a token up among all kinds at once; those that the client hints at come first, and alone.
 * @param hint what the client takes it for; it may be wrong
 * @see RFC 7009 §2.1, RFC 7662 §2.1 – "it MUST extend its search across all of its supported token types"
 */
export async function findHinted<Kind, T>(
  hint: string,
  { accessTokens, refreshTokens }: HintedKinds<Kind>,
  find: (kind: Kind) => Promise<T | undefined>,
): Promise<T | undefined> {
  const hinted = HINTS.get(hint)
  if (hinted === undefined) return first([...accessTokens, ...refreshTokens].map(find))
  const [likely, others] =
    hinted === 'accessTokens' ? [accessTokens, refreshTokens] : [refreshTokens, accessTokens]
  return (await first(likely.map(find))) ?? first(others.map(find))
}
