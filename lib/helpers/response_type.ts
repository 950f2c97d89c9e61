import { words } from './words.ts'

/**
 * Writes a response type the one way it is compared and stored in; the order of its words means nothing.
 * @see RFC 6749 §3.1.1
 */
export function normalizeResponseType(responseType: string): string {
  return responseType.includes(' ') ? responseType.split(' ').sort().join(' ') : responseType
}

/** Whether a code is asked for. @see RFC 6749 §3.1.1 */
export const yieldsCode = (responseType: string): boolean => words(responseType).includes('code')

/** Whether an access token is to travel through the browser. @see RFC 6749 §4.2 */
export const yieldsToken = (responseType: string): boolean => words(responseType).includes('token')

/** Whether an ID Token is to travel through the browser. @see OpenID Connect Core 1.0 §3.2, §3.3 */
export const yieldsIdToken = (responseType: string): boolean => words(responseType).includes('id_token')
