import type { ContentEncryption, EncryptionAlgorithm } from '../jwa.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Encrypted ID Tokens and other responses, and encrypted request objects. @see RFC 7516
 * @example
 * features: { encryption: { enabled: true } } // clients choose by id_token_encrypted_response_alg
 */
export interface EncryptionOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /**
     * Key management of its encrypted ID Tokens; absent means not encrypted. @see OpenID Connect Dynamic Client Registration 1.0 §2
     * @example 'ECDH-ES'
     */
    id_token_encrypted_response_alg?: EncryptionAlgorithm | undefined
    /**
     * Content encryption of its ID Tokens. @default 'A128CBC-HS256' where `id_token_encrypted_response_alg` is set @see OpenID Connect Dynamic Client Registration 1.0 §2
     * @example 'A256GCM'
     */
    id_token_encrypted_response_enc?: ContentEncryption | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly idTokenEncryptedResponseAlg?: string | undefined
    readonly idTokenEncryptedResponseEnc?: string | undefined
  }
}

declare module '../enabled_jwa.ts' {
  interface EnabledJWA {
    /**
     * Key management of encrypted ID Tokens. @default ['A128KW', 'A256KW', 'ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256', 'dir'] @see OpenID Connect Core 1.0 §10.2
     * @example ['ECDH-ES', 'RSA-OAEP-256']
     */
    idTokenEncryptionAlgValues?: EncryptionAlgorithm[] | undefined
    /**
     * Content encryption of ID Tokens. @default ['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'] @see OpenID Connect Core 1.0 §10.2
     * @example ['A256GCM']
     */
    idTokenEncryptionEncValues?: ContentEncryption[] | undefined
  }
}
