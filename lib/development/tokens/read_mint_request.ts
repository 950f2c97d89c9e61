import type { Given } from '../given.ts'
import type { MintRequest } from './mint.ts'

/**
 * @param expiresIn name of the member that says how long the token lives
 * @throws TypeError naming the member that is wrong
 */
export const readMintRequest = (given: Given, expiresIn: 'expiresIn' | 'expires_in'): MintRequest => ({
  kind: given.oneOf('kind', ['IdToken', 'AccessToken', 'ClientCredentials', 'RefreshToken']),
  client: given.text('client'),
  user: given.optionalText('user'),
  scope: given.optionalText('scope'),
  claims: given.optionalObject('claims'),
  audience: given.optionalText('audience'),
  expiresIn: given.optionalNumber(expiresIn),
})
