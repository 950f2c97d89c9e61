import { randomUUID } from 'node:crypto'
import type { Provider } from '../../index.ts'
import type { SigningKeys } from '../keys/signing_keys.ts'

/** A token that is issued without any request. */
export interface MintRequest {
  /** What to issue: an ID Token, an access token of a person or (`ClientCredentials`) of a client, a refresh token. */
  readonly kind: 'IdToken' | 'AccessToken' | 'ClientCredentials' | 'RefreshToken'
  /** The client it is for: its `client_id`. */
  readonly client: string
  /** Whom it speaks for: a `sub`. @default the client itself */
  readonly user?: string | undefined
  /** Its scope, separated by spaces. @default 'openid' */
  readonly scope?: string | undefined
  /** Claims that go in as they are, those that are otherwise computed included. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /**
   * The API an access token is for; makes it a JWT. @see RFC 9068 §2.2
   * @default none: it is opaque, stored, and good for UserInfo
   */
  readonly audience?: string | undefined
  /** Seconds it lives; negative ones make a signed token that has expired. @default 3600 */
  readonly expiresIn?: number | undefined
}

function jwtClaims(issuer: string, { client, user, audience, claims, expiresIn = 3600 }: MintRequest) {
  const iat = Math.floor(Date.now() / 1000)
  return { iss: issuer, sub: user ?? client, aud: audience ?? client, iat, exp: iat + expiresIn, ...claims }
}

/** @see OpenID Connect Core 1.0 §2 */
const mintIdToken = (provider: Provider, keys: SigningKeys, request: MintRequest) =>
  keys.sign(jwtClaims(provider.issuer, request))

/** @see RFC 9068 §2 */
const mintJwtAccessToken = (provider: Provider, keys: SigningKeys, request: MintRequest) => {
  const { client, scope = 'openid' } = request
  const own = { client_id: client, jti: randomUUID(), scope }
  return keys.sign({ ...own, ...jwtClaims(provider.issuer, request) }, { typ: 'at+jwt' })
}

/** What a refresh or access token says when storage holds it. */
async function mintStored(provider: Provider, request: MintRequest): Promise<string> {
  const { kind, client: clientId, user: accountId, scope = 'openid', claims, expiresIn = 3600 } = request
  const client = await provider.Client.find(clientId)
  if (client === undefined) throw new TypeError(`there is no client ${clientId}`)
  const extra = claims === undefined ? {} : { extra: { ...claims } }
  if (kind === 'ClientCredentials')
    return new provider.ClientCredentials({ client, scope, ...extra }).save(expiresIn)
  if (accountId === undefined) throw new TypeError(`mint: a token of kind ${kind} needs a user`)
  const grant = new provider.Grant({ accountId, clientId })
  grant.addOIDCScope(scope)
  const grantId = await grant.save()
  const common = { client, accountId, grantId, scope, gty: 'authorization_code' }
  if (kind === 'RefreshToken') return new provider.RefreshToken(common).save(expiresIn)
  return new provider.AccessToken({ ...common, ...extra }).save(expiresIn)
}

/** Issues a token as a test wants it, right or wrong. */
export function mint(provider: Provider, keys: SigningKeys, request: MintRequest): Promise<string> {
  if (request.kind === 'IdToken') return mintIdToken(provider, keys, request)
  if (request.audience !== undefined && request.kind !== 'RefreshToken')
    return mintJwtAccessToken(provider, keys, request)
  return mintStored(provider, request)
}
