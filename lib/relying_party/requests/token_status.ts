import type { IntrospectionResponse } from '../../../types/relying_party/claims.ts'
import type { IntrospectExtras, RevokeExtras } from '../../../types/relying_party/parameters.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { OPError, RPError } from '../errors.ts'
import { expectObject, expectStatus } from '../http/read_answer.ts'
import type { RelyingParty } from '../relying_party.ts'
import { checkParties, checkTimes, refusing } from '../tokens/check_claims.ts'
import { openJwt, protectionOf } from '../tokens/open_jwt.ts'
import { authenticatedPost } from './authenticated_post.ts'

/** What a signed answer says; its type keeps it from being anything else. @see RFC 9701 §5, §8.1 */
async function openIntrospection(party: RelyingParty, jwt: string): Promise<Record<string, unknown>> {
  const protection = protectionOf(party, 'introspection', 'introspection response')
  const { header, payload } = await openJwt(party, jwt, protection)
  const refuse = refusing('introspection response', jwt)
  if (header['typ'] !== 'token-introspection+jwt') refuse('typ must be token-introspection+jwt')
  checkParties(party, payload, refuse)
  checkTimes(party, payload, { exp: false, iat: true }, refuse)
  const { token_introspection: claims } = payload
  return isRecord(claims) ? claims : refuse('token_introspection is missing')
}

/** @throws OPError, RPError, TypeError @see RFC 7662 §2, RFC 9701 */
export async function introspect(
  party: RelyingParty,
  token: string,
  hint: string | undefined,
  { introspectBody, ...extras }: IntrospectExtras = {},
): Promise<IntrospectionResponse> {
  const wantsJwt = party.metadata.introspection_signed_response_alg !== undefined
  const response = await authenticatedPost(
    party,
    {
      endpoint: 'introspection_endpoint',
      as: 'introspection',
      form: { ...introspectBody, token, token_type_hint: hint },
      ...(wantsJwt ? { accept: 'application/token-introspection+jwt' } : {}),
    },
    extras,
  )
  const isJwt = /^application\/token-introspection\+jwt *(?:;|$)/i.test(
    response.headers['content-type'] ?? '',
  )
  const parsed = expectStatus(response, 200)
  if (wantsJwt && !isJwt) throw new RPError('expected a signed introspection response', { response: parsed })
  const answer = isJwt ? await openIntrospection(party, String(parsed.body).trim()) : expectObject(response)
  const { active } = answer
  if (typeof active !== 'boolean') throw new OPError('expected active in the introspection response', parsed)
  return { ...answer, active }
}

/** @throws OPError, RPError, TypeError @see RFC 7009 §2 */
export async function revoke(
  party: RelyingParty,
  token: string,
  hint: string | undefined,
  { revokeBody, ...extras }: RevokeExtras = {},
): Promise<undefined> {
  const form = { ...revokeBody, token, token_type_hint: hint }
  const post = { endpoint: 'revocation_endpoint', as: 'revocation', form } as const
  expectStatus(await authenticatedPost(party, post, extras), 200)
}
