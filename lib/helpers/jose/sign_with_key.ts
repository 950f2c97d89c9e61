import { type KeyObject, sign } from 'node:crypto'
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './signature_algorithms.ts'

/** @see RFC 7518 §3.3 */
const LEAST_RSA_BITS = 2048

/** @throws TypeError when the algorithm is none for this key */
function checkKey(alg: string, { keyType, curve }: SignatureAlgorithm, key: KeyObject): void {
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
  const algorithm = SIGNATURE_ALGORITHMS.get(alg)
  if (algorithm === undefined) throw new TypeError(`no private key signs with ${alg}`)
  checkKey(alg, algorithm, key)
  return new Promise((resolve, reject) => {
    sign(algorithm.digest, Buffer.from(input), { key, ...algorithm.options }, (error, signature) => {
      if (error === null) resolve(signature)
      else reject(error)
    })
  })
}
