import { redirect } from '../../engine/redirect.ts'
import type { AuthorizationResponse, ResponseMode } from '../../engine/runtime.ts'

/** Appends a response to a URI as it was registered; nothing of it is re-encoded. */
export function append(uri: string, mark: '?' | '#', response: AuthorizationResponse): string {
  const members = new URLSearchParams()
  for (const [name, value] of Object.entries(response)) {
    if (value !== undefined) members.append(name, String(value))
  }
  const separator = mark === '?' && uri.includes('?') ? (/[?&]$/.test(uri) ? '' : '&') : mark
  return `${uri}${separator}${members}`
}

/** @see RFC 6749 §4.1.2 */
export const query: ResponseMode = (ctx, redirectUri, response) =>
  redirect(ctx, append(redirectUri, '?', response))

/** @see OAuth 2.0 Multiple Response Type Encoding Practices 1.0 §2.1 */
export const fragment: ResponseMode = (ctx, redirectUri, response) =>
  redirect(ctx, append(redirectUri, '#', response))
