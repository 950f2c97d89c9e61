import type { KoaContextWithOIDC } from '../context.ts'
import type { AsymmetricSigningAlgorithm } from '../jwa.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Binds tokens to a key that the client proves to hold with every request. @see RFC 9449
 * @example
 * features: { dPoP: { enabled: true, nonceSecret: Buffer.from(secret, 'base64'), requireNonce: () => true } }
 */
export interface DPoPOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Secret that nonces are derived from: 32 bytes, the same in all processes. With it, answers to requests with proofs bring nonces. @default undefined @see RFC 9449 §8
   * @example createHmac('sha256', secret).update('DPoP nonces').digest()
   */
  nonceSecret?: Uint8Array | undefined
  /**
   * Whether the proof of this request must hold a nonce of this provider; needs `nonceSecret`. @default () => false @see RFC 9449 §8
   * @example (ctx) => ctx.oidc.client?.clientId === 'bank'
   */
  requireNonce?: ((ctx: KoaContextWithOIDC) => boolean) | undefined
  /** Accepts a proof more than once, which saves one storage call for each request and gives up protection against replay. @default false @see RFC 9449 §11.1 */
  allowReplay?: boolean | undefined
}

declare module '../client.ts' {
  interface ClientMetadata {
    /** Whether its access tokens are bound to a DPoP key. @default false @see RFC 9449 §5.2 */
    dpop_bound_access_tokens?: boolean | undefined
  }
}

declare module '../models.ts' {
  interface Client {
    readonly dpopBoundAccessTokens?: boolean | undefined
  }
}

declare module '../payloads.ts' {
  interface AuthorizationCodePayload {
    /** Thumbprint of the DPoP key the code is bound to. @see RFC 9449 §10 */
    dpopJkt?: string | undefined
  }
}

declare module '../adapter.ts' {
  interface AdapterPayload {
    dpopJkt?: string | undefined
  }
}

declare module '../enabled_jwa.ts' {
  interface EnabledJWA {
    /** Signatures of DPoP proofs. @default ['ES256', 'EdDSA'] @see RFC 9449 §5.1 @example ['ES256'] */
    dPoPSigningAlgValues?: AsymmetricSigningAlgorithm[] | undefined
  }
}
