import type { Account, GivenAccount } from './account.ts'
import type { HostFunction, KoaContextWithOIDC } from './context.ts'
import type { BackchannelAuthenticationRequest } from './features/ciba.ts'
import type { DeviceCode } from './features/device_flow.ts'
import type { AccessToken, AuthorizationCode, RefreshToken } from './models.ts'

/** What an account is loaded for. */
type AccountSource =
  | AuthorizationCode
  | AccessToken
  | DeviceCode
  | BackchannelAuthenticationRequest
  | RefreshToken

/**
 * Loads an account.
 * @param ctx the request
 * @param sub the account's identifier
 * @param token what the account is loaded for; absent when claims are returned by the authorization endpoint
 * @returns the account; nothing when there is none (any more)
 */
export type FindAccount = (
  ctx: KoaContextWithOIDC,
  sub: string,
  token?: AccountSource,
) => Account | undefined | Promise<Account | undefined>

/** A {@link FindAccount} as hosts may give it: claims may leave out what is known, and `null` stands for nobody. */
export type GivenFindAccount = HostFunction<
  (
    ctx: KoaContextWithOIDC,
    sub: string,
    token?: AccountSource,
  ) => GivenAccount | undefined | null | Promise<GivenAccount | undefined | null>
>
