import type { BaseToken } from '../../../types/models.ts'
import type { Provider } from '../../index.ts'

/** A code or token that storage holds. @throws TypeError when it holds none of that value */
async function find(provider: Provider, value: string): Promise<BaseToken> {
  const { AccessToken, RefreshToken, AuthorizationCode, ClientCredentials } = provider
  const found =
    (await AccessToken.find(value)) ??
    (await RefreshToken.find(value)) ??
    (await AuthorizationCode.find(value)) ??
    (await ClientCredentials.find(value))
  if (found === undefined)
    throw new TypeError(
      'no such token is stored; signed ones say themselves when they end: mint one that has',
    )
  return found
}

/** Makes a stored code or token one that has expired. */
export async function expire(provider: Provider, value: string): Promise<void> {
  const { adapter, jti } = await find(provider, value)
  const stored = await adapter.find(jti)
  if (!stored) throw new TypeError('the token ended meanwhile')
  await adapter.upsert(jti, { ...stored, exp: Math.floor(Date.now() / 1000) - 1 })
}

/** Revokes a stored token; a refresh token or code takes everything of its grant along. @see RFC 7009 §2.1 */
export async function revoke(provider: Provider, value: string): Promise<void> {
  const token: BaseToken & { grantId?: unknown; accountId?: unknown } = await find(provider, value)
  const { kind, grantId, accountId } = token
  await token.destroy()
  const takesAll = kind === 'RefreshToken' || kind === 'AuthorizationCode'
  if (takesAll && typeof grantId === 'string' && typeof accountId === 'string')
    await provider.revokeGrant(accountId, grantId)
}
