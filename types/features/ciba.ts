import type { Account } from '../account.ts'
import type { CIBADeliveryMode } from '../client.ts'
import type { KoaContextWithOIDC } from '../context.ts'
import type { BackchannelAuthenticationRequest, Client } from '../models.ts'
import type { FeatureOptions } from './feature_options.ts'

/**
 * Lets a client ask for a login that happens on another device. Together with `fapi` and `requestObjects.request`
 * it follows the FAPI profile for CIBA as well. @see OpenID Connect CIBA Core 1.0
 */
export interface CibaOptions extends FeatureOptions {
  /** Turns the feature on. @default false */
  enabled?: boolean | undefined
  /** How clients may learn the outcome: 'poll', 'ping'; at least one. An Array or a Set. @default ['poll'] @see OpenID Connect CIBA Core 1.0 §5 */
  deliveryModes?: CIBADeliveryMode[] | ReadonlySet<CIBADeliveryMode> | undefined
  /**
   * Finds the account a `login_hint` is about. Throw `errors.InvalidRequest` where the hint is invalid.
   * @default throws, it must be provided
   * @returns the account's id; nothing when there is no such account
   * @see OpenID Connect CIBA Core 1.0 §7.1
   */
  processLoginHint?:
    | ((ctx: KoaContextWithOIDC, loginHint: string) => string | undefined | Promise<string | undefined>)
    | undefined
  /**
   * Finds the account a `login_hint_token` is about. Throw `errors.ExpiredLoginHintToken` or
   * `errors.InvalidRequest` where the token is expired or invalid.
   * @default throws, it must be provided
   * @returns the account's id; nothing when there is no such account
   * @see OpenID Connect CIBA Core 1.0 §7.1
   */
  processLoginHintToken?:
    | ((ctx: KoaContextWithOIDC, loginHintToken: string) => string | undefined | Promise<string | undefined>)
    | undefined
  /**
   * Starts the login on the person's device. Called before the client is answered; end it with
   * `provider.backchannelResult()`.
   * @default throws, it must be provided
   * @see OpenID Connect CIBA Core 1.0 §7.3
   */
  triggerAuthenticationDevice?:
    | ((
        ctx: KoaContextWithOIDC,
        request: BackchannelAuthenticationRequest,
        account: Account,
        client: Client,
      ) => unknown)
    | undefined
  /**
   * Checks `binding_message`, which is `undefined` where it was not sent. Throw `errors.InvalidBindingMessage`.
   * @default accepts 1 to 20 characters of `a-zA-Z0-9-._+/!?#`
   * @see OpenID Connect CIBA Core 1.0 §7.1
   */
  validateBindingMessage?:
    | ((ctx: KoaContextWithOIDC, bindingMessage: string | undefined) => unknown)
    | undefined
  /**
   * Checks `request_context`, which is `undefined` where it was not sent. Throw `errors.InvalidRequest`.
   * @default throws, it must be provided
   * @see Financial-grade API: CIBA Profile §5.2.2
   */
  validateRequestContext?:
    | ((ctx: KoaContextWithOIDC, requestContext: string | undefined) => unknown)
    | undefined
  /**
   * Checks `user_code`, which is `undefined` where it was not sent. Throw `errors.MissingUserCode` or
   * `errors.InvalidUserCode`.
   * @default throws, it must be provided
   * @see OpenID Connect CIBA Core 1.0 §7.1
   */
  verifyUserCode?:
    | ((ctx: KoaContextWithOIDC, account: Account, userCode: string | undefined) => unknown)
    | undefined
}
