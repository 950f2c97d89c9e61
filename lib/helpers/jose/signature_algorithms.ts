import { constants, type KeyObject, type SignKeyObjectInput } from 'node:crypto'

/** What an algorithm needs of its key, and of the signature. @see RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2 */
export interface SignatureAlgorithm {
  readonly digest: string | null
  readonly keyType: 'rsa' | 'ec' | 'ed25519'
  readonly curve?: string
  readonly options?: Omit<SignKeyObjectInput, 'key'>
}

const rsa = (bits: number): SignatureAlgorithm => ({ digest: `sha${bits}`, keyType: 'rsa' })
const pss = (bits: number): SignatureAlgorithm => ({
  ...rsa(bits),
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 },
})
export const ecdsa = (bits: number, curve: string): SignatureAlgorithm => ({
  digest: `sha${bits}`,
  keyType: 'ec',
  curve,
  // Two numbers side by side, not ASN.1 (RFC 7518 §3.4).
  options: { dsaEncoding: 'ieee-p1363' },
})
const eddsa: SignatureAlgorithm = { digest: null, keyType: 'ed25519' }

/** Those that the provider signs with. */
export const SIGNATURE_ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['RS256', rsa(256)],
  ['RS384', rsa(384)],
  ['RS512', rsa(512)],
  ['PS256', pss(256)],
  ['PS384', pss(384)],
  ['PS512', pss(512)],
  ['ES256', ecdsa(256, 'prime256v1')],
  ['ES384', ecdsa(384, 'secp384r1')],
  ['ES512', ecdsa(512, 'secp521r1')],
  ['EdDSA', eddsa],
  ['Ed25519', eddsa],
])

/** @see RFC 7518 §3.3 */
const LEAST_RSA_BITS = 2048

/** @throws TypeError when the algorithm is none for this key */
export function checkSignatureKey(alg: string, { keyType, curve }: SignatureAlgorithm, key: KeyObject): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key
  if (type !== keyType || details.namedCurve !== curve) throw new TypeError(`the key is not for ${alg}`)
  const { modulusLength = LEAST_RSA_BITS } = details
  if (modulusLength < LEAST_RSA_BITS)
    throw new TypeError(`${alg} needs an RSA key of at least ${LEAST_RSA_BITS} bits`)
}
