import type {
  ContentEncryption,
  EncryptionAlgorithm,
  SigningAlgorithm,
  SigningAlgorithmWithNone,
} from '../jwa.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Signed and encrypted UserInfo responses. Needs `userinfo`. @see OpenID Connect Core 1.0 §5.3.2
 * @example
 * features: { jwtUserinfo: { enabled: true } } // clients choose by userinfo_signed_response_alg
 */
export interface JwtUserinfoOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /**
     * Algorithm of its UserInfo signatures; absent means plain JSON. @see OpenID Connect Dynamic Client Registration 1.0 §2
     * @example 'ES256'
     */
    userinfo_signed_response_alg?: SigningAlgorithmWithNone | undefined
    /**
     * Key management of its encrypted UserInfo responses; absent means not encrypted. @see OpenID Connect Dynamic Client Registration 1.0 §2
     * @example 'ECDH-ES'
     */
    userinfo_encrypted_response_alg?: EncryptionAlgorithm | undefined
    /**
     * Content encryption of its UserInfo responses. @default 'A128CBC-HS256' where `userinfo_encrypted_response_alg` is set @see OpenID Connect Dynamic Client Registration 1.0 §2
     * @example 'A256GCM'
     */
    userinfo_encrypted_response_enc?: ContentEncryption | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly userinfoSignedResponseAlg?: string | undefined
    readonly userinfoEncryptedResponseAlg?: string | undefined
    readonly userinfoEncryptedResponseEnc?: string | undefined
  }
}

declare module '../enabled_jwa.ts' {
  interface EnabledJWA {
    /**
     * Key management of encrypted UserInfo responses. @default ['A128KW', 'A256KW', 'ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256', 'dir'] @see OpenID Connect Core 1.0 §5.3.2
     * @example ['ECDH-ES', 'RSA-OAEP-256']
     */
    userinfoEncryptionAlgValues?: EncryptionAlgorithm[] | undefined
    /**
     * Content encryption of UserInfo responses. @default ['A128CBC-HS256', 'A128GCM', 'A256CBC-HS512', 'A256GCM'] @see OpenID Connect Core 1.0 §5.3.2
     * @example ['A256GCM']
     */
    userinfoEncryptionEncValues?: ContentEncryption[] | undefined
    /**
     * Signatures of UserInfo responses. @default ['RS256', 'PS256', 'ES256', 'EdDSA'] @see OpenID Connect Core 1.0 §5.3.2
     * @example ['PS256', 'ES256']
     */
    userinfoSigningAlgValues?: SigningAlgorithm[] | undefined
  }
}
