import type { KoaContextWithOIDC } from '../context.ts'
import type { FeatureOptions } from './feature_options.ts'

/** Whether an update replaces the registration access token. @see RFC 7592 §2.2 */
export type RotateRegistrationAccessTokenFunction = (ctx: KoaContextWithOIDC) => boolean | Promise<boolean>

/** Lets registered clients change and delete their registration. Needs `registration`. @see RFC 7592 */
export interface RegistrationManagementOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /** Whether an update replaces the registration access token; a function decides each time. @default true @see RFC 7592 §2.2 */
  rotateRegistrationAccessToken?: boolean | RotateRegistrationAccessTokenFunction | undefined
}
