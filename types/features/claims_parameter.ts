import type { ClaimsParameter } from '../account.ts'
import type { KoaContextWithOIDC } from '../context.ts'
import type { Client } from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Lets clients name single claims in the `claims` parameter. @see OpenID Connect Core 1.0 §5.5
 * @example
 * features: { claimsParameter: { enabled: true } } // claims={"userinfo":{"email":{"essential":true}}}
 */
export interface ClaimsParameterOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /**
   * Checks a valid `claims` parameter against the host's own rules. Throw `errors.InvalidRequest`.
   * @default accepts everything
   * @see OpenID Connect Core 1.0 §5.5
   * @example
   * (ctx, claims, client) => {
   *   if (claims.userinfo?.['salary'] !== undefined) throw new errors.InvalidRequest('salary is told to nobody')
   * }
   */
  assertClaimsParameter?:
    | ((ctx: KoaContextWithOIDC, claims: ClaimsParameter, client: Client) => unknown)
    | undefined
}
