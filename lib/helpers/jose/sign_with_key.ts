import { constants, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto'

/** What an algorithm needs of its key, and of the signature. @see RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2 */
interface Algorithm {
  readonly digest: string | null
  readonly keyType: 'rsa' | 'ec' | 'ed25519'
  readonly curve?: string
  readonly options?: Omit<SignKeyObjectInput, 'key'>
}

const rsa = (bits: number): Algorithm => ({ digest: `sha${bits}`, keyType: 'rsa' })
const pss = (bits: number): Algorithm => ({
  ...rsa(bits),
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 },
})
const ecdsa = (bits: number, curve: string): Algorithm => ({
  digest: `sha${bits}`,
  keyType: 'ec',
  curve,
  // Two numbers side by side, not ASN.1 (RFC 7518 §3.4).
  options: { dsaEncoding: 'ieee-p1363' },
})
const eddsa: Algorithm = { digest: null, keyType: 'ed25519' }

const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
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
function checkKey(alg: string, { keyType, curve }: Algorithm, key: KeyObject): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = key
  if (type !== keyType || details.namedCurve !== curve) throw new TypeError(`the key cannot sign with ${alg}`)
  const { modulusLength = LEAST_RSA_BITS } = details
  if (modulusLength < LEAST_RSA_BITS)
    throw new TypeError(`${alg} needs an RSA key of at least ${LEAST_RSA_BITS} bits`)
}

/**
 * Signs with a private key, off the event loop.
 * @throws TypeError when the key and the algorithm do not go together; anything else is a key that does not answer
 * @see RFC 7515 §5.1
 */
export function signWithKey(alg: string, key: KeyObject, input: string): Promise<Buffer> {
  const algorithm = ALGORITHMS.get(alg)
  if (algorithm === undefined) throw new TypeError(`no private key signs with ${alg}`)
  checkKey(alg, algorithm, key)
  return new Promise((resolve, reject) => {
    sign(algorithm.digest, Buffer.from(input), { key, ...algorithm.options }, (error, signature) => {
      if (error === null) resolve(signature)
      else reject(error)
    })
  })
}
