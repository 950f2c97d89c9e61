import { createPrivateKey, createPublicKey, KeyObject } from 'node:crypto'
import type { JWK } from '../../../types/client.ts'
import type { HttpResponse } from '../../../types/relying_party/http.ts'
import type { DPoPInput } from '../../../types/relying_party/parameters.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { jsonWebKey } from '../../helpers/jose/json_web_key.ts'
import { signJwt } from '../../helpers/jose/jwt.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'
import { generators } from '../generators.ts'
import { type HttpRequest, mergeHeaders } from '../http/prepare_options.ts'
import { challengeEntries, withParsedBody } from '../http/read_answer.ts'
import type { RelyingParty } from '../relying_party.ts'

const isJwk = (input: DPoPInput): input is JWK => isRecord(input) && typeof input['kty'] === 'string'

/** @throws TypeError when it is no private key */
function privateKeyOf(input: DPoPInput): KeyObject {
  let key: KeyObject
  try {
    if (input instanceof KeyObject) key = input
    else
      key = isJwk(input)
        ? createPrivateKey({ key: jsonWebKey(input), format: 'jwk' })
        : createPrivateKey(input)
  } catch (cause) {
    throw new TypeError('DPoP option must be a private key', { cause })
  }
  if (key.type !== 'private') throw new TypeError('"DPoP" option must be a private key')
  return key
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
}

/** Algorithms that the key can do, the preferred first. */
function algorithmsOf({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): readonly string[] {
  if (type === 'rsa') return ['PS256', 'RS256', 'PS384', 'RS384', 'PS512', 'RS512']
  if (type === 'ed25519') return ['EdDSA', 'Ed25519']
  const alg = CURVES[details?.namedCurve ?? '']
  return alg === undefined ? [] : [alg]
}

function algorithmFor(party: RelyingParty, key: KeyObject): string {
  const possible = algorithmsOf(key)
  const { dpop_signing_alg_values_supported: supported } = party.issuer.metadata
  const alg = Array.isArray(supported) ? possible.find((name) => supported.includes(name)) : possible[0]
  if (alg === undefined) throw new TypeError('the DPoP key fits none of dpop_signing_alg_values_supported')
  return alg
}

/** What a proof is about. */
interface Proven {
  readonly url: URL
  readonly method: string
  readonly accessToken: string | undefined
  readonly nonce: string | undefined
}

/** @see RFC 9449 §4.2 */
function dpopProof(
  party: RelyingParty,
  key: KeyObject,
  { url, method, accessToken, nonce }: Proven,
): Promise<string> {
  const claims = {
    jti: generators.random(),
    htm: method,
    htu: `${url.origin}${url.pathname}`,
    iat: epochTime(),
    ...(nonce === undefined ? {} : { nonce }),
    ...(accessToken === undefined ? {} : { ath: sha256(accessToken) }),
  }
  // First: what is of no algorithm may have no form as a JWK either.
  const alg = algorithmFor(party, key)
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  return signJwt(claims, { alg, typ: 'dpop+jwt', key, header: { jwk } })
}

const WANTED = 'use_dpop_nonce'

/** Whether the server only wants its nonce: a challenge says so or, where none names an error, the body. @see RFC 9449 §8, §9 */
function wantsNonce(response: HttpResponse): boolean {
  const { statusCode, headers } = response
  if (statusCode !== 400 && statusCode !== 401) return false
  const errors = challengeEntries(headers['www-authenticate']).filter(([name]) => name === 'error')
  if (errors.length > 0) return errors.some(([, error]) => error === WANTED)
  const { body } = withParsedBody(response)
  return isRecord(body) && body['error'] === WANTED
}

/**
 * Sends a request with a proof of the key, and once more where the server wants a nonce of its own in it.
 * @param make makes the request; again for the second time, since a client assertion is good for one
 * @see RFC 9449 §4, §7, §8
 */
export async function sendWithProof(
  party: RelyingParty,
  make: () => HttpRequest | Promise<HttpRequest>,
  { DPoP, accessToken }: { DPoP: DPoPInput | undefined; accessToken?: string | undefined },
): Promise<HttpResponse> {
  if (DPoP === undefined) return party.send(await make())
  const key = privateKeyOf(DPoP)
  const send = async (wanted?: string) => {
    const request = await make()
    const url = new URL(request.url)
    const nonce = wanted ?? party.nonces.get(url)
    // Node.js sends methods in capitals, however they are written.
    const method = (request.method ?? 'GET').toUpperCase()
    const proven = { url, method, accessToken, nonce }
    const dpop = await dpopProof(party, key, proven)
    const response = await party.send({ ...request, headers: mergeHeaders(request.headers, { dpop }) })
    return { response, sent: nonce, learned: party.nonces.learn(url, response) }
  }
  const { response, sent, learned } = await send()
  // Compared with what this proof said: another request may have learned the same nonce meanwhile.
  const isAnother = learned !== undefined && learned !== sent
  return isAnother && wantsNonce(response) ? (await send(learned)).response : response
}
