import { guardSecretKey } from '../../actions/client_auth/guard_secret.ts'
import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { permittedAlgorithms } from '../../engine/security_profile.ts'
import { InvalidRequestObject, TooManyAttempts } from '../../helpers/errors.ts'
import { isSymmetric } from '../../helpers/jose/client_keys.ts'
import { readJoseHeader } from '../../helpers/jose/compact_jose.ts'
import { DecryptionFailed, decryptJwt, isEncryptedJwt } from '../../helpers/jose/jwe.ts'
import { type DecodedJwt, decodeUnsecuredJwt } from '../../helpers/jose/jwt.ts'
import { parseJsonObject } from '../../helpers/parse_json_object.ts'
import { REQUEST_OBJECT } from './reasons.ts'

/** A request object whose protection has been removed. */
export interface VerifiedRequestObject extends DecodedJwt {
  /** The client has signed it, or encrypted it with its secret: nobody else can have made it. */
  readonly isAuthentic: boolean
  readonly isSigned: boolean
}

interface Decrypted {
  readonly content: string
  readonly header: Readonly<Record<string, unknown>>
  readonly isAuthentic: boolean
}

/** Encrypted claims need no signature around them. A compact JWS never starts like this. */
const isJson = (content: string) => content.startsWith('{')

function decryptWithKeys(rt: Runtime, client: Client, jwe: string): ReturnType<typeof decryptJwt> {
  const { enabledJWA } = rt.configuration
  const { requestObjectEncryptionAlg: alg, requestObjectEncryptionEnc: enc } = client
  return decryptJwt(jwe, {
    algs: enabledJWA.requestObjectEncryptionAlgValues.filter((known) => alg === undefined || known === alg),
    encs: enabledJWA.requestObjectEncryptionEncValues.filter((known) => enc === undefined || known === enc),
    keysFor: (used, content, kid) =>
      isSymmetric(used)
        ? [rt.clientKeys.symmetricKey(client, used, content)]
        : rt.keystore.candidates(used, kid).map(({ privateKey }) => privateKey),
  })
}

/** @throws InvalidRequestObject with one description for every reason (RFC 7516 §11.5) */
async function decrypt(ctx: Ctx, rt: Runtime, client: Client, jwe: string): Promise<Decrypted> {
  try {
    const tried = { clientId: client.clientId, alg: readJoseHeader(jwe, 5).alg }
    const { plaintext, header } = await guardSecretKey(ctx, rt, tried, () => decryptWithKeys(rt, client, jwe))
    return { content: plaintext, header, isAuthentic: isSymmetric(String(header['alg'])) }
  } catch (cause) {
    if (cause instanceof TooManyAttempts) throw cause
    const detail = cause instanceof DecryptionFailed ? cause.message : 'no key to decrypt with'
    throw new InvalidRequestObject('could not decrypt Request Object', detail, cause).because(
      REQUEST_OBJECT.not_decrypted,
    )
  }
}

/** The one algorithm the signature may have. @see RFC 8725 §3.1, OpenID Connect Dynamic Client Registration 1.0 §2 */
function allowedAlgorithm(ctx: Ctx, rt: Runtime, client: Client, claimed: string): string {
  const terms = ctx.oidc.request.envelopeTerms
  const registered = terms === undefined ? client.requestObjectSigningAlg : terms.alg
  const offered = rt.configuration.enabledJWA.requestObjectSigningAlgValues
  const possible = terms === undefined ? offered : offered.filter((possible) => !isSymmetric(possible))
  const known = permittedAlgorithms(ctx.oidc.profile, registered === undefined ? possible : [registered])
  const alg = known.find((allowed) => allowed === claimed)
  if (alg === undefined)
    throw new InvalidRequestObject('the Request Object alg is not allowed for this client').because(
      REQUEST_OBJECT.algorithm_not_allowed,
      { seen: [claimed], accepted: known },
    )
  return alg
}

/** @throws InvalidRequestObject where nothing vouches for it and the host has not allowed that */
function readUnsigned(ctx: Ctx, rt: Runtime, jwt: string, isAuthentic: boolean): DecodedJwt {
  const { allowUnsigned } = rt.configuration.features.requestObjects
  const { requestObjectSigningAlg: registered } = ctx.oidc.loaded('Client')
  const mayBeUnsigned = (isAuthentic || allowUnsigned) && registered === undefined
  if (!mayBeUnsigned || ctx.oidc.request.envelopeTerms !== undefined)
    throw new InvalidRequestObject('Request Object must be signed').because(REQUEST_OBJECT.not_signed)
  return isJson(jwt) ? { header: {}, payload: parseJsonObject(jwt) } : decodeUnsecuredJwt(jwt)
}

async function readSigned(
  ctx: Ctx,
  rt: Runtime,
  client: Client,
  jwt: string,
  isAuthentic: boolean,
): Promise<VerifiedRequestObject> {
  const alg = isJson(jwt) ? 'none' : readJoseHeader(jwt, 3).alg
  if (alg === 'none') return { ...readUnsigned(ctx, rt, jwt, isAuthentic), isAuthentic, isSigned: false }
  const allowed = allowedAlgorithm(ctx, rt, client, alg)
  const tried = { clientId: client.clientId, alg }
  const decoded = await guardSecretKey(ctx, rt, tried, () => rt.clientKeys.verify(client, jwt, allowed))
  return { ...decoded, isAuthentic: true, isSigned: true }
}

/**
 * Decrypts a request object where it is encrypted, and checks its signature with the keys of the client.
 * @param decrypts whether encrypted ones are supported
 * @throws InvalidRequestObject, or TooManyAttempts where the client's secret is the key
 * @see RFC 9101 §6.1, §6.2
 */
export async function verifyRequestObject(
  ctx: Ctx,
  rt: Runtime,
  jwt: string,
  decrypts: boolean,
): Promise<VerifiedRequestObject> {
  const client = ctx.oidc.loaded('Client')
  const isEncrypted = isEncryptedJwt(jwt)
  const mayBeEncrypted = decrypts && ctx.oidc.request.envelopeTerms === undefined
  if (isEncrypted && !mayBeEncrypted)
    throw new InvalidRequestObject('encrypted Request Objects are not supported').because(
      REQUEST_OBJECT.encryption_unsupported,
    )
  const { content, isAuthentic } = isEncrypted
    ? await decrypt(ctx, rt, client, jwt)
    : { content: jwt, isAuthentic: false }
  try {
    if (isJson(content) && !isEncrypted) throw new TypeError('it is no JWT')
    return await readSigned(ctx, rt, client, content, isAuthentic)
  } catch (cause) {
    if (cause instanceof InvalidRequestObject || cause instanceof TooManyAttempts) throw cause
    const detail = cause instanceof Error ? cause.message : undefined
    throw new InvalidRequestObject('could not validate Request Object', detail, cause).because(
      REQUEST_OBJECT.unverified,
    )
  }
}
