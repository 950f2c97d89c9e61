import type { CommitOperation } from '../../../types/adapter.ts'
import { findGrantOf } from '../../actions/issuing/load_grant_of.ts'
import { GRANT } from '../../actions/issuing/reasons.ts'
import { ISSUED_JWT } from '../../actions/trusted_issuers/reasons.ts'
import { UnacceptableToken } from '../../actions/trusted_issuers/unacceptable_token.ts'
import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { words } from '../../helpers/words.ts'
import type { AccessToken } from '../../models/access_token.ts'
import type { Grant } from '../../models/grant.ts'
import type { RefreshToken } from '../../models/refresh_token.ts'
import type { ResourceServer } from '../../models/resource_server.ts'
import { type Presented, told } from './presented.ts'
import { EXCHANGE } from './reasons.ts'
import { ACCESS_TOKEN, REFRESH_TOKEN } from './token_types.ts'

/** A client that is gone leaves nothing behind. */
async function requireClient(rt: Runtime, clientId = ''): Promise<Client> {
  const client = rt.knownClient(clientId) ?? (await rt.findClient(clientId))
  if (client === undefined)
    throw new UnacceptableToken('the client of the token is gone', EXCHANGE.client_gone)
  return client
}

async function requireGround(ctx: Ctx, rt: Runtime, token: AccessToken | RefreshToken): Promise<Grant> {
  const found: { grant?: Grant } = {}
  const finding = findGrantOf(ctx, rt, token, (grant) => {
    found.grant = grant
  })
  const [problem] = await Promise.all([finding, requireClient(rt, token.clientId)])
  if (problem !== undefined) throw new UnacceptableToken(problem.detail, problem.why)
  if (found.grant === undefined) throw new UnacceptableToken('grant not found', GRANT.not_found)
  return found.grant
}

const audienceOf = (aud: string | string[] | undefined) => (aud === undefined ? [] : [aud].flat())

const stillThere = (token: AccessToken | RefreshToken): CommitOperation[] => [
  { op: 'require', model: token.kind, id: token.jti },
  { op: 'require', model: 'Grant', id: token.grantId ?? '' },
]

/** Scopes of the same name mean something else elsewhere. */
const accessTokenScopeAt =
  ({ aud, scope }: AccessToken) =>
  (target: ResourceServer | undefined): readonly string[] => {
    const audience = audienceOf(aud)
    const isSame = target === undefined ? audience.length === 0 : audience.includes(target.audience)
    return isSame ? words(scope) : []
  }

const refreshTokenScopeAt =
  (token: RefreshToken, grant: Grant) =>
  (target: ResourceServer | undefined): readonly string[] => {
    if (target === undefined) return words(grant.getOIDCScopeFiltered(token.scopes))
    const identifier = target.identifier()
    const isNamed = [token.resource ?? []].flat().includes(identifier)
    return isNamed ? words(grant.getResourceScopeFiltered(identifier, token.scopes)) : []
  }

async function presentAccessToken(ctx: Ctx, rt: Runtime, token: AccessToken): Promise<Presented> {
  // Whoever holds it without its key must not use it (RFC 9449 §5, RFC 8705 §3).
  if (token.isSenderConstrained())
    throw new UnacceptableToken(
      'sender-constrained tokens are not supported here',
      ISSUED_JWT.sender_constrained,
    )
  const { accountId, clientId, extra: claims = {}, scope } = token
  const grant = await requireGround(ctx, rt, token)
  return {
    told: told({
      type: ACCESS_TOKEN,
      issuer: rt.issuer,
      subject: accountId,
      accountId,
      clientId,
      scopes: words(scope),
      audience: audienceOf(token.aud),
      claims,
    }),
    grant,
    token,
    conditions: stillThere(token),
    notBeyond: token.exp,
    scopeAt: accessTokenScopeAt(token),
  }
}

/** A token of a client itself: it can act, and is about nobody. @see RFC 6749 §4.4 */
async function presentClientToken(
  rt: Runtime,
  token: InstanceType<Runtime['models']['ClientCredentials']>,
): Promise<Presented> {
  if (token.isSenderConstrained())
    throw new UnacceptableToken(
      'sender-constrained tokens are not supported here',
      ISSUED_JWT.sender_constrained,
    )
  const { clientId = '', extra: claims = {}, jti: id } = token
  await requireClient(rt, clientId)
  return {
    told: told({
      type: ACCESS_TOKEN,
      issuer: rt.issuer,
      subject: clientId,
      clientId,
      scopes: words(token.scope),
      audience: audienceOf(token.aud),
      claims,
    }),
    conditions: [{ op: 'require', model: token.kind, id }],
    notBeyond: token.exp,
  }
}

/** @throws UnacceptableToken that says why it is worth nothing */
export async function presentStoredAccessToken(ctx: Ctx, rt: Runtime, value: string): Promise<Presented> {
  const { AccessToken, ClientCredentials } = rt.models
  const [token, ofClient] = await Promise.all([
    AccessToken.find(value, { ctx }),
    ClientCredentials.find(value, { ctx }),
  ])
  if (token !== undefined) return presentAccessToken(ctx, rt, token)
  if (ofClient !== undefined) return presentClientToken(rt, ofClient)
  throw new UnacceptableToken('it was not found', EXCHANGE.token_not_found)
}

/** @throws UnacceptableToken that says why it is worth nothing @see RFC 6749 §10.4 – it is bound to its client */
export async function presentRefreshToken(ctx: Ctx, rt: Runtime, value: string): Promise<Presented> {
  const token = await rt.models.RefreshToken.find(value, { ctx })
  if (token === undefined) throw new UnacceptableToken('it was not found', EXCHANGE.token_not_found)
  const { accountId, clientId, scope } = token
  if (clientId !== ctx.oidc.loaded('Client').clientId)
    throw new UnacceptableToken('it is of another client', EXCHANGE.token_of_another_client)
  if (token.consumed !== undefined)
    throw new UnacceptableToken('it was used before', EXCHANGE.token_used_before)
  if (token.isSenderConstrained())
    throw new UnacceptableToken(
      'sender-constrained tokens are not supported here',
      ISSUED_JWT.sender_constrained,
    )
  const grant = await requireGround(ctx, rt, token)
  return {
    told: told({
      type: REFRESH_TOKEN,
      issuer: rt.issuer,
      subject: accountId,
      accountId,
      clientId,
      scopes: words(scope),
      audience: [],
      claims: {},
    }),
    grant,
    token,
    conditions: stillThere(token),
    scopeAt: refreshTokenScopeAt(token, grant),
  }
}
