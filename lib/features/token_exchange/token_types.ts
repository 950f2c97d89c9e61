import type { PresentedTokenType } from '../../../types/features/token_exchange.ts'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** @see RFC 8693 §3 */
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
export const REFRESH_TOKEN = 'urn:ietf:params:oauth:token-type:refresh_token'
export const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
export const JWT = 'urn:ietf:params:oauth:token-type:jwt'

const PRESENTED: readonly PresentedTokenType[] = [ACCESS_TOKEN, REFRESH_TOKEN, ID_TOKEN, JWT]

/** The token type that this names; there are others, which nobody takes here. */
export const presentedTokenType = (name: string): PresentedTokenType | undefined =>
  PRESENTED.find((type) => type === name)
