import { type KeyObject, verify } from 'node:crypto'
import { SIGNATURE } from '../diagnostics/channels.ts'
import { tracedCheck } from '../diagnostics/traced_check.ts'
import {
  checkSignatureKey,
  ecdsa,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
} from './signature_algorithms.ts'

/** Those of others: the provider signs with none of these. @see RFC 8812 §3.2 */
const FOREIGN: ReadonlyMap<string, SignatureAlgorithm> = new Map([['ES256K', ecdsa(256, 'secp256k1')]])

/**
 * Verifies a signature, off the event loop: one of an elliptic curve takes longer than all else about a request.
 * @throws TypeError for an algorithm that is none of a public key, or not of this one
 * @see RFC 7515 §5.2
 */
export function verifyWithKey(
  alg: string,
  key: KeyObject,
  input: string,
  signature: Buffer,
): Promise<boolean> {
  return SIGNATURE.hasSubscribers
    ? checkTraced(alg, key, input, signature)
    : check(alg, key, input, signature)
}

const checkTraced: typeof check = (alg, ...others) => tracedCheck(alg, () => check(alg, ...others))

function check(alg: string, key: KeyObject, input: string, signature: Buffer): Promise<boolean> {
  const algorithm = SIGNATURE_ALGORITHMS.get(alg) ?? FOREIGN.get(alg)
  if (algorithm === undefined) throw new TypeError(`no public key verifies ${alg}`)
  checkSignatureKey(alg, algorithm, key)
  return new Promise((resolve, reject) => {
    verify(
      algorithm.digest,
      Buffer.from(input),
      { key, ...algorithm.options },
      signature,
      (error, isValid) => {
        if (error === null) resolve(isValid)
        else reject(error)
      },
    )
  })
}
