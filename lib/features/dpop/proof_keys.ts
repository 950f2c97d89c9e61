import type { KeyObject } from 'node:crypto'
import QuickLRU from 'quick-lru'
import type { JWK } from '../../../types/client.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { clientJwksProblem } from '../../helpers/jose/client_jwks.ts'
import { isBase64url, type JoseHeader, readJoseHeader } from '../../helpers/jose/compact_jose.ts'
import { thumbprint } from '../../helpers/jose/keystore.ts'
import { PublicKeySet } from '../../helpers/jose/public_key_set.ts'
import { verifyWithKey } from '../../helpers/jose/verify_with_key.ts'
import { ProofProblem } from './proof_problem.ts'
import { DPOP } from './reasons.ts'

/** Longest proof, in characters: one by an RSA key of 8192 bits fits twice. */
const MAX_LENGTH = 8192
/** How many keys are remembered. */
const REMEMBERED = 1000

/** The key that a proof was made with. */
export interface ProofKey {
  readonly alg: string
  readonly key: KeyObject
  /** @see RFC 7638 */
  readonly thumbprint: string
}

/** A proof in its parts. */
export interface ReadProof {
  readonly compact: string
  readonly header: string
  readonly signature: string
  readonly key: ProofKey
}

/**
 * Reads the keys that proofs hold. A client sends the same header with each of its proofs, so what follows from one is
 * remembered: importing a key costs as much as verifying a signature.
 * @see RFC 9449 §4.2, §4.3
 */
export class ProofKeys {
  readonly #algorithms: readonly string[]
  readonly #known = new QuickLRU<string, ProofKey>({ maxSize: REMEMBERED })

  constructor(algorithms: readonly string[]) {
    this.#algorithms = algorithms
  }

  /** @throws ProofProblem when it is no proof, or its key cannot be one */
  read(compact: string): ReadProof {
    if (compact.length > MAX_LENGTH) throw new ProofProblem('is too long', DPOP.not_jws)
    const [header = '', payload = '', signature, ...more] = compact.split('.', 4)
    if (signature === undefined || more.length > 0)
      throw new ProofProblem('must be a single compact JWS', DPOP.not_jws)
    const known = this.#known.get(header)
    if (known !== undefined && !(isBase64url(payload) && isBase64url(signature)))
      throw new ProofProblem('must be a single compact JWS', DPOP.not_jws)
    return { compact, header, signature, key: known ?? this.#readKey(compact) }
  }

  /** Whether the signature holds. */
  verify({ compact, header, signature, key }: ReadProof): Promise<boolean> {
    const input = compact.slice(0, -signature.length - 1)
    const verified = verifyWithKey(key.alg, key.key, input, Buffer.from(signature, 'base64url'))
    if (this.#known.has(header)) return verified
    return verified.then((isValid) => {
      // Not before it was proven: keys that nobody has are for nobody to fill the memory with.
      if (isValid) this.#known.set(header, key)
      return isValid
    })
  }

  #readKey(compact: string): ProofKey {
    const { alg: claimed, members } = readHeader(compact)
    if (members['typ'] !== 'dpop+jwt') throw new ProofProblem('typ must be dpop+jwt', DPOP.type_unexpected)
    const alg = this.#algorithms.find((allowed) => allowed === claimed)
    if (alg === undefined) throw new ProofProblem('alg is not supported', DPOP.algorithm_unsupported)
    const jwk = readJwk(members['jwk'])
    const [found] = new PublicKeySet({ keys: [jwk] }).candidates(alg, 'sig', undefined, 1)
    if (found === undefined) throw new ProofProblem(`jwk is not a key for ${alg}`, DPOP.key_invalid)
    checkSpelling(jwk, found.key)
    return { alg, key: found.key, thumbprint: thumbprint(jwk) }
  }
}

function readHeader(compact: string): JoseHeader {
  try {
    return readJoseHeader(compact, 3)
  } catch (cause) {
    throw new ProofProblem('must be a single compact JWS', DPOP.not_jws, { cause })
  }
}

/** Public, asymmetric, whole, and of a size that verifying is no burden. @see RFC 9449 §4.3 (7), RFC 8725 §3.5 */
function readJwk(jwk: unknown): JWK {
  if (!isRecord(jwk)) throw new ProofProblem('must have a jwk that is an object', DPOP.key_invalid)
  const problem = clientJwksProblem({ keys: [jwk] })
  if (problem !== undefined) throw new ProofProblem(`jwk ${problem}`, DPOP.key_invalid)
  const { kty, crv, x, y, n, e, alg, use, key_ops } = jwk
  if (typeof kty !== 'string') throw new ProofProblem('jwk must have a kty', DPOP.key_invalid)
  return {
    kty,
    ...text({ crv, x, y, n, e, alg, use }),
    ...(Array.isArray(key_ops) ? { key_ops: key_ops.filter((one) => typeof one === 'string') } : {}),
  }
}

const text = (members: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members).filter((member): member is [string, string] => typeof member[1] === 'string'),
  )

/** Leading zeros and bits that decoding drops would give one key several thumbprints. @see RFC 7638 §3, RFC 7518 §6.2.1.2, §6.3.1.1 */
function checkSpelling(jwk: JWK, key: KeyObject): void {
  const exported = key.export({ format: 'jwk' })
  const isCanonical = (['x', 'y', 'n', 'e'] as const).every((member) => jwk[member] === exported[member])
  if (!isCanonical) throw new ProofProblem('jwk is not in its canonical form', DPOP.key_invalid)
}
