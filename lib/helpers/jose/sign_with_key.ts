import { type KeyObject, sign } from 'node:crypto'
import { SIGNATURE } from '../diagnostics/channels.ts'
import { traced } from '../diagnostics/traced.ts'
import { checkSignatureKey, SIGNATURE_ALGORITHMS } from './signature_algorithms.ts'

/**
 * Signs with a private key, off the event loop.
 * @throws TypeError when the key and the algorithm do not go together; anything else is a key that does not answer
 * @see RFC 7515 §5.1
 */
export function signWithKey(alg: string, key: KeyObject, input: string): Promise<Buffer> {
  return SIGNATURE.hasSubscribers ? makeTraced(alg, key, input) : make(alg, key, input)
}

const makeTraced = (alg: string, key: KeyObject, input: string): Promise<Buffer> =>
  traced(SIGNATURE, { operation: 'sign', alg }, () => make(alg, key, input))

function make(alg: string, key: KeyObject, input: string): Promise<Buffer> {
  const algorithm = SIGNATURE_ALGORITHMS.get(alg)
  if (algorithm === undefined) throw new TypeError(`no private key signs with ${alg}`)
  checkSignatureKey(alg, algorithm, key)
  return new Promise((resolve, reject) => {
    sign(algorithm.digest, Buffer.from(input), { key, ...algorithm.options }, (error, signature) => {
      if (error === null) resolve(signature)
      else reject(error)
    })
  })
}
