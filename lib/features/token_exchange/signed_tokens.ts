import { ISSUED_JWT } from '../../actions/trusted_issuers/reasons.ts'
import { judgeToken, UnacceptableToken } from '../../actions/trusted_issuers/unacceptable_token.ts'
import {
  claimedIssuer,
  declaredType,
  verifyIssuedJwt,
} from '../../actions/trusted_issuers/verify_issued_jwt.ts'
import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { isSymmetric } from '../../helpers/jose/client_keys.ts'
import { readJoseHeader } from '../../helpers/jose/compact_jose.ts'
import { type JsonObject, verifyJwt } from '../../helpers/jose/jwt.ts'
import { words } from '../../helpers/words.ts'
import { type Presented, told } from './presented.ts'
import { EXCHANGE } from './reasons.ts'
import { ACCESS_TOKEN, ID_TOKEN, type JWT } from './token_types.ts'

/** Types that ID Tokens, and JWTs without a type of their own, declare. */
const UNTYPED = [undefined, 'jwt']

const textsOf = (value: unknown): string[] => [value].flat().filter((entry) => typeof entry === 'string')

/** Checks that this provider's own key signed it: a shared one makes nobody's word this provider's. */
async function verifySignature(rt: Runtime, jwt: string): Promise<JsonObject> {
  const { alg, kid } = readJoseHeader(jwt, 3)
  if (alg === 'none' || isSymmetric(alg))
    throw new UnacceptableToken('no key of this provider signed it', EXCHANGE.not_here)
  for (const { publicKey } of rt.keystore.candidates(alg, kid)) {
    const decoded = await verifyJwt(jwt, publicKey, alg).catch(() => undefined)
    if (decoded !== undefined) return decoded.payload
  }
  throw new UnacceptableToken('no key of this provider signed it', EXCHANGE.not_here)
}

/** @param types what it may declare itself as @see RFC 8725 §3.11 */
const verifyOwn = (rt: Runtime, jwt: string, types: readonly (string | undefined)[]): Promise<JsonObject> =>
  judgeToken(() => {
    if (!types.includes(declaredType(jwt)))
      throw new UnacceptableToken('its typ is another one', ISSUED_JWT.type_unexpected)
    return verifySignature(rt, jwt)
  })

interface OwnClaims {
  readonly sub: string
  readonly exp: number
}

function ownClaims(rt: Runtime, { iss, sub, exp, iat, cnf, events }: JsonObject): OwnClaims {
  if (iss !== rt.issuer) throw new UnacceptableToken('iss is another one', EXCHANGE.not_here)
  if (events !== undefined) throw new UnacceptableToken('it is a logout token', ISSUED_JWT.security_event)
  if (cnf !== undefined)
    throw new UnacceptableToken(
      'sender-constrained tokens are not supported here',
      ISSUED_JWT.sender_constrained,
    )
  if (typeof sub !== 'string' || sub === '')
    throw new UnacceptableToken('it names no subject', EXCHANGE.token_malformed)
  if (typeof exp !== 'number' || typeof iat !== 'number')
    throw new UnacceptableToken('it has no exp or no iat', EXCHANGE.token_malformed)
  if (exp <= epochTime()) throw new UnacceptableToken('it has expired', ISSUED_JWT.expired)
  return { sub, exp }
}

async function requireClient(rt: Runtime, clientId: unknown): Promise<Client> {
  const found =
    typeof clientId === 'string' ? (rt.knownClient(clientId) ?? (await rt.findClient(clientId))) : undefined
  if (found === undefined)
    throw new UnacceptableToken('the client of the token is gone', EXCHANGE.client_gone)
  return found
}

/** What a pairwise client knows somebody as leads back to nobody. @see OpenID Connect Core 1.0 §8.1 */
const accountOf = (client: Client, sub: string) => (client.subjectType === 'pairwise' ? undefined : sub)

/** A JWT access token of this provider. Whether its grant is still there cannot be told. @see RFC 9068 §4 */
async function presentOwnAccessToken(rt: Runtime, jwt: string): Promise<Presented> {
  const claims = await verifyOwn(rt, jwt, ['at+jwt'])
  const { sub, exp } = ownClaims(rt, claims)
  const client = await requireClient(rt, claims['client_id'])
  const scopes = words(typeof claims['scope'] === 'string' ? claims['scope'] : '')
  const audience = textsOf(claims['aud'])
  const isOfClient = sub === client.clientId
  return {
    told: told({
      type: ACCESS_TOKEN,
      issuer: rt.issuer,
      subject: sub,
      accountId: isOfClient ? undefined : accountOf(client, sub),
      clientId: client.clientId,
      scopes,
      audience,
      claims,
    }),
    conditions: [],
    notBeyond: Math.floor(exp),
    scopeAt: (target) => (target !== undefined && audience.includes(target.audience) ? scopes : []),
  }
}

/** An ID Token of this provider's, for the client that presents it. @see OpenID Connect Core 1.0 §2 */
async function presentOwnIdToken(ctx: Ctx, rt: Runtime, jwt: string): Promise<Presented> {
  const claims = await verifyOwn(rt, jwt, UNTYPED)
  const { sub } = ownClaims(rt, claims)
  const client = ctx.oidc.loaded('Client')
  if (claims['aud'] !== client.clientId)
    throw new UnacceptableToken('it was issued to another client', EXCHANGE.token_of_another_client)
  return {
    told: told({
      type: ID_TOKEN,
      issuer: rt.issuer,
      subject: sub,
      accountId: accountOf(client, sub),
      clientId: client.clientId,
      scopes: [],
      audience: [client.clientId],
      claims,
    }),
    conditions: [],
  }
}

/** A JWT of somebody else. @see RFC 8693 §2.1, RFC 7523 §3 */
async function presentForeign(
  ctx: Ctx,
  rt: Runtime,
  jwt: string,
  type: typeof ID_TOKEN | typeof JWT,
): Promise<Presented> {
  const iss = claimedIssuer(jwt)
  const { trustedIssuers } = rt.configuration.features.tokenExchange
  const trusted = trustedIssuers.find(({ issuer }) => issuer === iss)
  if (trusted === undefined)
    throw new UnacceptableToken('its issuer is not trusted', ISSUED_JWT.issuer_untrusted)
  const { sub, aud, payload } = await judgeToken(() => verifyIssuedJwt(ctx, rt, jwt, trusted, UNTYPED))
  return {
    told: told({ type, issuer: trusted.issuer, subject: sub, scopes: [], audience: aud, claims: payload }),
    conditions: [],
  }
}

/** @throws UnacceptableToken that says why it is worth nothing */
export function presentJwt(
  ctx: Ctx,
  rt: Runtime,
  jwt: string,
  type: typeof ACCESS_TOKEN | typeof ID_TOKEN | typeof JWT,
): Promise<Presented> {
  if (type === ACCESS_TOKEN) return presentOwnAccessToken(rt, jwt)
  if (type === ID_TOKEN && claimedIssuer(jwt) === rt.issuer) return presentOwnIdToken(ctx, rt, jwt)
  return presentForeign(ctx, rt, jwt, type)
}
