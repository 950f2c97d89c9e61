import type { KoaContextWithOIDC } from '../context.ts'
import type { ProviderError } from '../errors.ts'
import type { Client } from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'
import type { IssueRegistrationAccessTokenFunction } from './registration.ts'

/** Whether an update replaces the registration access token. @see RFC 7592 §2.2 */
export type RotateRegistrationAccessTokenFunction = (ctx: KoaContextWithOIDC) => boolean | Promise<boolean>

/**
 * Lets registered clients change and delete their registration. Needs `registration`. @see RFC 7592
 * @example
 * features: { registration: { enabled: true }, registrationManagement: { enabled: true, rotateRegistrationAccessToken: true } }
 */
export interface RegistrationManagementOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Accepted because the types of version 8 have it here; what counts is `features.registration.issueRegistrationAccessToken`.
   * @see RFC 7592 §3
   * @example false
   */
  issueRegistrationAccessToken?: boolean | IssueRegistrationAccessTokenFunction | undefined
  /**
   * Whether an update replaces the registration access token; a function decides each time. @default true @see RFC 7592 §2.2
   * @example (ctx) => ctx.method === 'PUT'
   */
  rotateRegistrationAccessToken?: boolean | RotateRegistrationAccessTokenFunction | undefined
}

declare module '../events.ts' {
  interface ProviderEvents {
    /** Deleting a registration failed. @see RFC 7592 §2.3 */
    'registration_delete.error': [ctx: KoaContextWithOIDC, error: ProviderError]
    /** A registration was deleted. @see RFC 7592 §2.3 */
    'registration_delete.success': [ctx: KoaContextWithOIDC, client: Client]
    /** Changing a registration failed. @see RFC 7592 §2.2 */
    'registration_update.error': [ctx: KoaContextWithOIDC, error: ProviderError]
    /** A registration was changed. @see RFC 7592 §2.2 */
    'registration_update.success': [ctx: KoaContextWithOIDC, client: Client]
  }
}
