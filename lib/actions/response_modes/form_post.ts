import { renderPage } from '../../engine/render_page.ts'
import type { ResponseMode } from '../../engine/runtime.ts'
import { formPostPage } from './form_post_page.ts'

/** @see OAuth 2.0 Form Post Response Mode 1.0 §2 */
export const formPost: ResponseMode = (ctx, redirectUri, response) => {
  ctx.status = 'error' in response ? 400 : 200
  renderPage(ctx, formPostPage(redirectUri, response))
}
