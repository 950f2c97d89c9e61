import { importJWK, type JWTHeaderParameters, SignJWT } from 'jose'
import type { JWKS } from '../../../types/client.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'
import { rsaFromSeed, seededBytes } from './rsa_from_seed.ts'

const ALG = 'RS256'

interface SigningKey {
  readonly kid: string
  readonly jwk: Record<string, string | undefined>
}

function makeKey(seed: string, generation: number): SigningKey {
  const { kty = 'RSA', n = '', e = '', d, p, q, dp, dq, qi } = rsaFromSeed(`${seed} ${generation}`)
  // RFC 7638 §3.2: the members that a thumbprint is made of, in this order.
  const kid = sha256(JSON.stringify({ e, kty, n }))
  return { kid, jwk: { kty, n, e, d, p, q, dp, dq, qi } }
}

/** The signing keys of a provider for development, all made from one seed. */
export class SigningKeys {
  readonly #seed: string
  #keys: readonly SigningKey[]

  constructor(seed: string) {
    this.#seed = seed
    this.#keys = [makeKey(seed, 1)]
  }

  /** Signs with a new key from now on; the former ones stay published, for what they signed. */
  rotate(): string {
    const added = makeKey(this.#seed, this.#keys.length + 1)
    this.#keys = [added, ...this.#keys]
    return added.kid
  }

  /** The private keys as the configuration takes them, the one that signs first. @see RFC 7517 §5 */
  jwks(): JWKS {
    return { keys: this.#keys.map(({ kid, jwk }) => ({ ...jwk, kty: 'RSA', kid, alg: ALG, use: 'sig' })) }
  }

  /** Secrets that sign cookies. */
  cookieKeys(): string[] {
    return [seededBytes(this.#seed, 'cookies', 32).toString('base64url')]
  }

  /** Signs any claims with the current key. */
  sign(payload: Readonly<Record<string, unknown>>, header: Partial<JWTHeaderParameters> = {}) {
    return this.#signWith(this.#keys[0], payload, header)
  }

  /** Signs with a key that is published nowhere. */
  signUnknown(payload: Readonly<Record<string, unknown>>, header: Partial<JWTHeaderParameters> = {}) {
    return this.#signWith(makeKey(this.#seed, 0), payload, header)
  }

  async #signWith(
    key: SigningKey | undefined,
    payload: Readonly<Record<string, unknown>>,
    header: Partial<JWTHeaderParameters>,
  ): Promise<string> {
    if (key === undefined) throw new Error('there is no key')
    const imported = await importJWK(key.jwk, ALG)
    return new SignJWT({ ...payload })
      .setProtectedHeader({ ...header, alg: ALG, kid: key.kid })
      .sign(imported)
  }
}
