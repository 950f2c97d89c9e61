import type {
  ContentEncryption,
  EncryptionAlgorithm,
  SigningAlgorithm,
  SigningAlgorithmWithNone,
} from '../jwa.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Token introspection responses as JWTs, for clients that send `Accept: application/token-introspection+jwt`. Needs
 * `introspection`.
 * @see RFC 9701
 * @example
 * features: { introspection: { enabled: true }, jwtIntrospection: { enabled: true } }
 */
export interface JwtIntrospectionOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /** Algorithm of its introspection responses where it asks for JWTs. @default 'RS256' @see RFC 9701 §6 @example 'ES256' */
    introspection_signed_response_alg?: SigningAlgorithmWithNone | undefined
    /**
     * Key management of its encrypted introspection responses, which it then has to ask for; absent means not encrypted. @see RFC 9701 §6
     * @example 'ECDH-ES'
     */
    introspection_encrypted_response_alg?: EncryptionAlgorithm | undefined
    /**
     * Content encryption of its introspection responses. @default 'A128CBC-HS256' where `introspection_encrypted_response_alg` is set @see RFC 9701 §6
     * @example 'A256GCM'
     */
    introspection_encrypted_response_enc?: ContentEncryption | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly introspectionSignedResponseAlg?: string | undefined
    readonly introspectionEncryptedResponseAlg?: string | undefined
    readonly introspectionEncryptedResponseEnc?: string | undefined
  }
}

declare module '../enabled_jwa.ts' {
  interface EnabledJWA {
    /**
     * Key management of encrypted introspection responses. @default ['A128KW', 'A256KW', 'ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256', 'dir'] @see RFC 9701 §7
     * @example ['ECDH-ES', 'RSA-OAEP-256']
     */
    introspectionEncryptionAlgValues?: EncryptionAlgorithm[] | undefined
    /**
     * Content encryption of introspection responses. @default ['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'] @see RFC 9701 §7
     * @example ['A256GCM']
     */
    introspectionEncryptionEncValues?: ContentEncryption[] | undefined
    /**
     * Signatures of introspection responses. @default ['RS256', 'PS256', 'ES256', 'EdDSA'] @see RFC 9701 §7
     * @example ['PS256', 'ES256']
     */
    introspectionSigningAlgValues?: SigningAlgorithm[] | undefined
  }
}
