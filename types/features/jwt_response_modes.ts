import type { ContentEncryption, EncryptionAlgorithm, SigningAlgorithm } from '../jwa.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Authorization responses as JWTs. @see JWT Secured Authorization Response Mode for OAuth 2.0 (JARM)
 * @example
 * features: { jwtResponseModes: { enabled: true } } // response_mode=jwt
 */
export interface JwtResponseModesOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /**
     * Algorithm of its authorization response signatures. @default 'RS256' @see JWT Secured Authorization Response Mode §3
     * @example 'ES256'
     */
    authorization_signed_response_alg?: SigningAlgorithm | undefined
    /**
     * Key management of its encrypted authorization responses; absent means not encrypted. @see JWT Secured Authorization Response Mode §3
     * @example 'ECDH-ES'
     */
    authorization_encrypted_response_alg?: EncryptionAlgorithm | undefined
    /**
     * Content encryption of its authorization responses. @default 'A128CBC-HS256' where `authorization_encrypted_response_alg` is set @see JWT Secured Authorization Response Mode §3
     * @example 'A256GCM'
     */
    authorization_encrypted_response_enc?: ContentEncryption | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly authorizationSignedResponseAlg?: string | undefined
    readonly authorizationEncryptedResponseAlg?: string | undefined
    readonly authorizationEncryptedResponseEnc?: string | undefined
  }
}

declare module '../enabled_jwa.ts' {
  interface EnabledJWA {
    /**
     * Key management of encrypted authorization responses. @default ['A128KW', 'A256KW', 'ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256', 'dir'] @see JWT Secured Authorization Response Mode §3
     * @example ['ECDH-ES', 'RSA-OAEP-256']
     */
    authorizationEncryptionAlgValues?: EncryptionAlgorithm[] | undefined
    /**
     * Content encryption of authorization responses. @default ['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'] @see JWT Secured Authorization Response Mode §3
     * @example ['A256GCM']
     */
    authorizationEncryptionEncValues?: ContentEncryption[] | undefined
    /**
     * Signatures of authorization responses. @default ['RS256', 'PS256', 'ES256', 'EdDSA'] @see JWT Secured Authorization Response Mode §3
     * @example ['PS256', 'ES256']
     */
    authorizationSigningAlgValues?: SigningAlgorithm[] | undefined
  }
}
