import { renderPage } from '../../engine/render_page.ts'
import type { ResponseMode, Step } from '../../engine/runtime.ts'
import { WebMessageUriMismatch } from '../../helpers/errors.ts'
import { WEB_MESSAGE } from './reasons.ts'
import { webMessagePage } from './web_message_page.ts'

/**
 * The one origin that may receive the message; never everybody.
 * @throws WebMessageUriMismatch when no origin can be named, as with apps' own schemes
 */
function targetOrigin(redirectUri: string): string {
  const { origin } = new URL(redirectUri)
  if (origin === 'null')
    throw new WebMessageUriMismatch('redirect_uri has no origin to send a message to').because(
      WEB_MESSAGE.no_origin,
    )
  return origin
}

/** Hands the response to the window that opened or framed this one. @see OAuth 2.0 Web Message Response Mode §4.1 */
export const webMessage: ResponseMode = (ctx, redirectUri, response) => {
  const page = webMessagePage(ctx.oidc.appearance, targetOrigin(redirectUri), response)
  ctx.status = 'error' in response ? 400 : 200
  renderPage(ctx, page)
}

/**
 * Refuses the relay mode, where the message would go to another window than the one that asked.
 * @see OAuth 2.0 Web Message Response Mode §4.2
 */
export const refuseRelayMode: Step = (ctx) => {
  if (ctx.oidc.responseMode?.startsWith('web_message') !== true) return
  const relays = ctx.oidc.param('web_message_uri') ?? ctx.oidc.param('web_message_target')
  if (relays !== undefined)
    throw new WebMessageUriMismatch('web message relay mode is not supported').because(
      WEB_MESSAGE.relay_unsupported,
    )
}
