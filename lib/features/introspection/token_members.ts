/** What is told about a token. @see RFC 7662 §2.2 */
export type Introspection = Readonly<Record<string, unknown>> & { readonly active: boolean }

/** What tokens of any kind may hold. */
export interface Described {
  readonly clientId?: string | undefined
  readonly exp?: number | undefined
  readonly iat: number
  readonly accountId?: string | undefined
  readonly aud?: string | string[] | undefined
  readonly extra?: Readonly<Record<string, unknown>> | undefined
  readonly jkt?: string | undefined
  readonly scope?: string | undefined
  readonly sid?: string | undefined
  readonly tokenType?: string | undefined
  readonly 'x5t#S256'?: string | undefined
}

/** All there is to say about a token that is worth nothing to whoever asks. @see RFC 7662 §2.2 */
export const inactive = (): Introspection => ({ active: false })

/** The members that are told here, whether this token has them or not: nobody else's take their place. */
const OWN: ReadonlySet<string> = new Set([
  'active',
  'client_id',
  'exp',
  'iat',
  'sid',
  'iss',
  'jti',
  'aud',
  'scope',
  'sub',
  'token_type',
  'cnf',
])

/** Claims that the host added when it was issued. */
function addedClaims({ extra }: Described): Record<string, unknown> | undefined {
  if (extra === undefined) return undefined
  return Object.fromEntries(Object.entries(extra).filter(([name]) => !OWN.has(name)))
}

/** @see RFC 7800 §3.1, RFC 8705 §3.2, RFC 9449 §6.2 */
function confirmation({ jkt, 'x5t#S256': x5t }: Described): object | undefined {
  if (jkt === undefined && x5t === undefined) return undefined
  return { 'x5t#S256': x5t, jkt }
}

/**
 * What is told about a token that is active. `jti` is not: the value of a stored token is its identifier.
 * @param sub the account as whoever asks may know it
 * @see RFC 7662 §2.2
 */
export function tokenMembers(token: Described, issuer: string, sub: string | undefined): Introspection {
  return {
    ...addedClaims(token),
    active: true,
    client_id: token.clientId,
    exp: token.exp,
    iat: token.iat,
    sid: token.sid,
    iss: issuer,
    aud: token.aud,
    scope: token.scope || undefined,
    sub,
    token_type: token.tokenType,
    cnf: confirmation(token),
  }
}
