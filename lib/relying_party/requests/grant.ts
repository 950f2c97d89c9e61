import type { HttpResponse } from '../../../types/relying_party/http.ts'
import type { GrantBody, GrantExtras, RefreshExtras } from '../../../types/relying_party/parameters.ts'
import { OPError } from '../errors.ts'
import { expectObject } from '../http/read_answer.ts'
import type { RelyingParty } from '../relying_party.ts'
import { TokenSet } from '../token_set.ts'
import { checkIdToken, checkRefreshed } from '../tokens/id_token.ts'
import { decrypt, protectionOf } from '../tokens/open_jwt.ts'
import { authenticatedPost } from './authenticated_post.ts'

const TEXTS: ReadonlySet<string> = new Set([
  'access_token',
  'token_type',
  'id_token',
  'refresh_token',
  'scope',
])

/**
 * What an answer says; services exist that issue an ID Token alone where only `openid` was asked for.
 * @throws OPError when what has to be text is none
 * @see RFC 6749 §5.1
 */
function readTokens(response: HttpResponse): TokenSet {
  // Some say `null` for what they do not issue.
  const said = Object.entries(expectObject(response)).filter(
    ([name, value]) => value !== null || !TEXTS.has(name),
  )
  for (const [name, value] of said)
    if (TEXTS.has(name) && typeof value !== 'string')
      throw new OPError(`expected ${name} to be text in the answer`, response)
  return new TokenSet(Object.fromEntries(said))
}

/** Any grant; what its tokens say is not looked at. @see RFC 6749 §4.5 */
export async function grant(party: RelyingParty, body: GrantBody, extras?: GrantExtras): Promise<TokenSet> {
  if (typeof body?.grant_type !== 'string') throw new TypeError('body must have a grant_type')
  const response = await authenticatedPost(
    party,
    { endpoint: 'token_endpoint', as: 'token', form: body },
    extras,
  )
  return readTokens(response)
}

/** A TokenSet whose ID Token its holder can read: signed, but no longer encrypted. */
export async function readable(party: RelyingParty, tokens: TokenSet): Promise<TokenSet> {
  const { id_token: idToken } = tokens
  if (idToken === undefined) return tokens
  const { expires_in: _, ...members } = tokens
  return new TokenSet({
    ...members,
    id_token: await decrypt(party, idToken, protectionOf(party, 'id_token', 'id_token')),
  })
}

/** @see RFC 6749 §6, OpenID Connect Core 1.0 §12 */
export async function refresh(
  party: RelyingParty,
  given: string | TokenSet,
  { exchangeBody, ...extras }: RefreshExtras = {},
): Promise<TokenSet> {
  const refreshToken = typeof given === 'string' ? given : given.refresh_token
  if (refreshToken === undefined) throw new TypeError('refresh_token not present in TokenSet')
  const body = { ...exchangeBody, grant_type: 'refresh_token', refresh_token: refreshToken }
  const tokens = await grant(party, body, extras)
  if (tokens.id_token === undefined) return tokens
  const { access_token: accessToken, id_token: idToken } = tokens
  const claims = await checkIdToken(party, idToken, { from: 'refresh', accessToken })
  if (typeof given !== 'string' && given.id_token !== undefined)
    checkRefreshed(given.claims(), claims, idToken)
  return readable(party, tokens)
}
