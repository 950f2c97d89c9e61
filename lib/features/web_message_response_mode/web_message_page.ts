import { layout } from '../../actions/pages/layout.ts'
import { commonTexts } from '../../actions/pages/texts/common_texts.ts'
import type { Page } from '../../engine/render_page.ts'
import type { AuthorizationResponse } from '../../engine/runtime.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { html } from '../../helpers/http/html.ts'

/** The same for every response, which stands beside it: nothing that was sent becomes a script. */
const SEND = `(() => {
const { target, message } = document.querySelector('[data-message]').dataset
const to = window.opener || window.parent
if (to !== window) to.postMessage(JSON.parse(message), target)
})()`

/**
 * Sends an authorization response to the window that opened or framed this one.
 * @param origin the only origin that may receive it, and the only one that may frame this page
 * @see OAuth 2.0 Web Message Response Mode §4.1
 */
export function webMessagePage(
  appearance: Appearance,
  origin: string,
  response: AuthorizationResponse,
): Page {
  const { oneMoment, closeWindow } = appearance.texts(commonTexts)
  const message = JSON.stringify({ type: 'authorization_response', response })
  const body = html`<p class="lead" data-target="${origin}" data-message="${message}">${closeWindow}</p>`
  const page = layout(appearance, {
    title: oneMoment,
    body,
    script: SEND,
    formActions: [],
    frameAncestors: [origin],
  })
  return { ...page, frameable: true }
}
