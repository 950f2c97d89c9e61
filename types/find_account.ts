import type { Account } from './account.ts'
import type { KoaContextWithOIDC } from './context.ts'
import type { BackchannelAuthenticationRequest } from './features/ciba.ts'
import type { DeviceCode } from './features/device_flow.ts'
import type { AccessToken, AuthorizationCode, RefreshToken } from './models.ts'

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
  token?: AuthorizationCode | AccessToken | DeviceCode | BackchannelAuthenticationRequest | RefreshToken,
) => Account | undefined | null | Promise<Account | undefined | null>
