import { type Page, renderPage } from '../../engine/render_page.ts'
import type { ResponseMode } from '../../engine/runtime.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { submittingPage } from '../pages/submitting_page.ts'

/** Takes an authorization response to the client in a form. @see OAuth 2.0 Form Post Response Mode 1.0 §2 */
export function formPostPage(
  appearance: Appearance,
  redirectUri: string,
  response: Readonly<Record<string, string | number | undefined>>,
): Page {
  return submittingPage(appearance, { action: redirectUri, fields: response })
}

/** @see OAuth 2.0 Form Post Response Mode 1.0 §2 */
export const formPost: ResponseMode = (ctx, redirectUri, response) => {
  ctx.status = 'error' in response ? 400 : 200
  renderPage(ctx, formPostPage(ctx.oidc.appearance, redirectUri, response))
}
