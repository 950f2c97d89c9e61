import type { SecurityProfileName } from '../client.ts'
import type { KoaContextWithOIDC } from '../context.ts'
import type { Client } from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Behaviours of the FAPI security profiles that no other option gives. @see FAPI 1.0 Part 2: Advanced, FAPI 2.0 Security Profile
 * @example
 * features: { fapi: { enabled: true, profile: '2.0' }, dPoP: { enabled: true } }
 */
export interface FapiOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * The profile to follow, or a function that names it for a request; `undefined` from it means none. It is asked at every endpoint,
   * and should look at the client rather than at the request. A request that was pushed keeps the profile of that moment where none
   * is named when a browser brings it, and is refused where another one is: it has to be pushed again.
   * @default undefined @see FAPI 2.0 Security Profile §5, §5.3.2.2
   * @example
   * features: { fapi: { enabled: true, profile: (ctx, client) => (client.clientId === 'partner' ? '2.0' : undefined) } }
   */
  profile?:
    | SecurityProfileName
    | ((ctx: KoaContextWithOIDC, client: Client) => SecurityProfileName | undefined)
    | undefined
}

declare module '../context.ts' {
  interface OIDCContext {
    /** The FAPI profile of this request. */
    readonly fapiProfile: string | undefined
    /**
     * The profile of this request if it is one of these, or any where none is named.
     * @example if (ctx.oidc.isFapi('2.0')) ctx.set('x-profile', 'FAPI 2.0')
     */
    isFapi(...profiles: string[]): string | undefined
  }
}
