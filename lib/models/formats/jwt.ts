import { CompactEncrypt } from 'jose'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { LoadedResourceServer } from '../../../types/resource_server.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { type JsonObject, signJwt } from '../../helpers/jose/jwt.ts'
import { type Encryption, readProtection, type Signing } from '../../helpers/jose/jwt_protection.ts'
import type { BaseModel } from '../base_model.ts'
import type { IssuedToken } from '../issued_token.ts'
import type { ModelRuntime } from '../model_runtime.ts'
import { subjectFor } from '../subject.ts'

/** What an access token has to say about itself. */
export interface StructuredToken extends BaseModel {
  readonly resourceServer: LoadedResourceServer | undefined
  readonly accountId?: string | undefined
  readonly clientId?: string | undefined
  readonly aud?: string | string[] | undefined
  readonly scope?: string | undefined
  readonly extra?: Record<string, unknown> | undefined
  readonly jkt?: string | undefined
  readonly 'x5t#S256'?: string | undefined
}

const TYPE = 'at+jwt'
const encoder = new TextEncoder()

async function subjectOf(rt: ModelRuntime, ctx: KoaContextWithOIDC | undefined, token: StructuredToken) {
  const { accountId, clientId = '' } = token
  if (accountId === undefined) return clientId
  const client = await rt.findClient(clientId)
  return client === undefined ? accountId : subjectFor(rt, ctx, accountId, client)
}

/** @see RFC 7800 §3.1, RFC 8705 §3.1, RFC 9449 §6.1 */
function confirmation({ jkt, 'x5t#S256': x5t }: StructuredToken): JsonObject | undefined {
  // JSON leaves out the one that is not there (RFC 8259 has no undefined).
  return jkt === undefined && x5t === undefined ? undefined : { jkt, 'x5t#S256': x5t }
}

/** @see RFC 9068 §2.2 */
async function claimsOf(rt: ModelRuntime, ctx: KoaContextWithOIDC | undefined, token: StructuredToken) {
  const own = {
    jti: token.jti,
    sub: await subjectOf(rt, ctx, token),
    iat: token.iat,
    exp: token.exp,
    scope: token.scope || undefined,
    client_id: token.clientId,
    iss: rt.issuer,
    aud: token.aud,
    cnf: confirmation(token),
  }
  // Whether this one has a claim of its own or not: nobody else's takes its place.
  const extra = Object.entries(token.extra ?? {}).filter(([name]) => !Object.hasOwn(own, name))
  const present = Object.entries(own).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(extra), ...Object.fromEntries(present) }
}

/** The host has the last word about header and claims, but for the algorithm and key that are really used. */
async function customize(rt: ModelRuntime, ctx: KoaContextWithOIDC | undefined, token: StructuredToken) {
  const jwt: { header: unknown; payload: unknown } = {
    header: { typ: TYPE },
    payload: await claimsOf(rt, ctx, token),
  }
  const { jwt: customizer } = rt.configuration.formats.customizers
  if (customizer !== undefined) await Reflect.apply(customizer, undefined, [ctx, token, jwt])
  const { header = {}, payload } = jwt
  if (!isRecord(payload) || !isRecord(header))
    throw new TypeError('formats.customizers.jwt must leave a header and a payload')
  if (payload['aud'] === undefined) throw new TypeError('JWT access tokens must have an audience')
  return { header: { typ: TYPE, ...header }, payload }
}

function sign(rt: ModelRuntime, payload: JsonObject, header: JsonObject, signing: Signing): Promise<string> {
  const { alg, kid, secret } = signing
  if (secret !== undefined) return signJwt(payload, { alg, kid, key: secret, header })
  const key = rt.keystore.keyFor(alg, kid)
  if (key === undefined)
    throw new Error(`jwks has no key ${kid === undefined ? '' : `"${kid}" `}that can sign with ${alg}`)
  return signJwt(payload, { alg, kid: key.kid, key: key.privateKey, header })
}

function encrypt(content: string, header: JsonObject, encryption: Encryption): Promise<string> {
  const { alg, enc, kid, key } = encryption
  return new CompactEncrypt(encoder.encode(content))
    .setProtectedHeader({ ...header, alg, enc, ...(kid === undefined ? {} : { kid }) })
    .encrypt(key)
}

/**
 * A token that says everything itself: signed, encrypted, or signed and then encrypted. Nothing is stored.
 * @see RFC 9068 §2, RFC 7519 §11.2
 */
export async function jwtForm(
  rt: ModelRuntime,
  ctx: KoaContextWithOIDC | undefined,
  token: StructuredToken,
): Promise<IssuedToken> {
  const { id_token_signed_response_alg: defaultAlg = 'RS256' } = rt.configuration.clientDefaults
  const { signing, encryption } = readProtection(token.resourceServer?.jwt, defaultAlg)
  const { header, payload } = await customize(rt, ctx, token)
  const signed = signing === undefined ? undefined : await sign(rt, payload, header, signing)
  const value =
    encryption === undefined
      ? signed
      : signed === undefined
        ? await encrypt(JSON.stringify(payload), header, encryption)
        : await encrypt(signed, { typ: TYPE, cty: 'JWT' }, encryption)
  if (value === undefined) throw new Error('a JWT was left without protection')
  return { value, operations: [], announce: () => token.announce('issued') }
}
