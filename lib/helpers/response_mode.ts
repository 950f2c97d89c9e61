import { words } from './words.ts'

/** Whether the browser would carry a token, and not a code only. */
export function yieldsFrontChannelToken(responseType: string): boolean {
  return words(responseType).some((word) => word === 'token' || word === 'id_token')
}

/** @see OAuth 2.0 Multiple Response Type Encoding Practices 1.0 §3, §5 */
export function defaultResponseMode(responseType: string): 'query' | 'fragment' {
  return yieldsFrontChannelToken(responseType) ? 'fragment' : 'query'
}

/** Whether answers of this mode are JWTs. @see JWT Secured Authorization Response Mode §2.3 */
export const isJwtResponseMode = (mode: string): boolean => /(?:^|\.)jwt$/.test(mode)
