import type { KeyObject } from 'node:crypto'
import type { JWKS } from '../../types/client.ts'
import { isRecord } from '../helpers/is_record.ts'
import { Keystore } from '../helpers/jose/keystore.ts'

/** A private key of the client's, with its `kid` where its owner gave it one. */
export interface OwnKey {
  readonly key: KeyObject
  readonly kid: string | undefined
}

/** The client's private keys: they sign assertions and request objects, and decrypt what is encrypted for it. */
export class OwnKeys {
  readonly #keystore: Keystore | undefined
  /** A thumbprint that nobody published would name no key to the other side. */
  readonly #named: ReadonlySet<unknown>

  /** @throws TypeError when it is no set of private keys */
  constructor(jwks: JWKS | undefined) {
    if (jwks !== undefined && (!isRecord(jwks) || !Array.isArray(jwks.keys)))
      throw new TypeError('jwks must be a JWK Set formatted object')
    const keys = jwks?.keys ?? []
    this.#keystore = keys.length === 0 ? undefined : new Keystore({ keys })
    this.#named = new Set(keys.map(({ kid }) => kid))
  }

  /** What is registered of them. */
  get publicJwks(): JWKS {
    return { keys: [...(this.#keystore?.publicJwks.keys ?? [])].map((jwk) => ({ ...jwk })) }
  }

  signingKey(alg: string): OwnKey | undefined {
    const found = this.#keystore?.keyFor(alg)
    return found && { key: found.privateKey, kid: this.#named.has(found.kid) ? found.kid : undefined }
  }

  /** Keys that may open what is encrypted for one of them, in the order to try them. */
  decryptionKeys(alg: string, kid: string | undefined): readonly KeyObject[] {
    return this.#keystore?.candidates(alg, kid).map(({ privateKey }) => privateKey) ?? []
  }
}
