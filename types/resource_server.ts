import type { KeyObject } from 'node:crypto'
import type {
  AsymmetricSigningAlgorithm,
  ContentEncryption,
  EncryptionAlgorithm,
  SymmetricSigningAlgorithm,
} from './jwa.ts'

/** The form of an access token: stored and looked up, or signed and self-contained. @see RFC 6749 §1.4, RFC 9068 */
export type TokenFormat = 'opaque' | 'jwt'

/** What the host says about a resource server (API) that access tokens are issued for. @see RFC 8707 §2 */
export interface ResourceServerInfo {
  /** Its scopes, separated by spaces. @default none */
  scope?: string | undefined
  /** The `aud` of its tokens. @default the resource indicator @see RFC 9068 §2.2 */
  audience?: string | undefined
  /** Lifetime of its tokens in seconds, unless the host configured `ttl.AccessToken`, `ttl.ClientCredentials`: those come before it. */
  accessTokenTTL?: number | undefined
  /** The form of its tokens: stored and looked up, or signed and self-contained. @default 'opaque' @see RFC 9068 §2 */
  accessTokenFormat?: TokenFormat | undefined
  /** How its JWTs are protected: signed, encrypted, or signed and then encrypted. @default { sign: { alg: 'RS256' } } @see RFC 9068 §2.1 */
  jwt?: ResourceServerJwt | undefined
}

/** A resource server (API) that access tokens are issued for. @see RFC 8707 §2 */
export interface ResourceServer extends ResourceServerInfo {
  /** Its scopes, separated by spaces. */
  scope: string
}

/** How JWT access tokens of a resource server are protected. */
export interface ResourceServerJwt {
  /** Signs with one of the provider's keys or with a shared secret; `false` leaves signing out. @see RFC 7515 */
  sign?:
    | false
    | { alg?: AsymmetricSigningAlgorithm | undefined; kid?: string | undefined }
    | { alg: SymmetricSigningAlgorithm; key: KeyObject | Uint8Array; kid?: string | undefined }
    | undefined
  /** Encrypts with the resource server's public key or a shared secret. @see RFC 7516 */
  encrypt?:
    | false
    | {
        alg: EncryptionAlgorithm
        enc: ContentEncryption
        key: KeyObject | Uint8Array
        kid?: string | undefined
      }
    | undefined
}

/** A resource server as the provider uses it: described by the host, with what follows from that filled in. */
export interface LoadedResourceServer extends ResourceServer {
  /** The resource indicator. @see RFC 8707 §2 */
  identifier(): string
  /** Its scopes. */
  readonly scopes: ReadonlySet<string>
  audience: string
}
