import { layout } from '../../actions/pages/layout.ts'
import { commonTexts } from '../../actions/pages/texts/common_texts.ts'
import type { Page } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { sourceOf } from '../../helpers/http/content_security_policy.ts'
import { html } from '../../helpers/http/html.ts'

export interface FramesPage {
  /** Where the browser goes then. */
  readonly url: string
  readonly frames: readonly string[]
  /** Seconds they have to load. */
  readonly timeout: number
}

/** Goes on when all frames have loaded, or failed to, or have had their time. */
const GO_ON = `(() => {
const way = document.querySelector('[data-wait]')
let gone = false
const go = () => {
if (!gone) location.replace(way.href)
gone = true
}
addEventListener('load', go)
setTimeout(go, Number(way.dataset.wait))
})()`

/**
 * A page that frames what logs a person out at each client, and leads to another one by itself. Frames may run scripts
 * and use their cookies, and take the browser nowhere.
 * @see OpenID Connect Front-Channel Logout 1.0 §3
 */
export function framesPage(appearance: Appearance, { url, frames, timeout }: FramesPage): Page {
  const texts = appearance.texts(commonTexts)
  const embedded = frames.map(
    (src) =>
      html`<iframe hidden title="" sandbox="allow-same-origin allow-scripts allow-forms" src="${src}"></iframe>\n`,
  )
  const body = html`<p class="lead">${texts.nothingHappens}</p>
<a class="button" href="${url}" data-wait="${timeout * 1000}">${texts.continue}</a>
${embedded}`
  // With scripts it would go there a second time, where the URL is that of an app.
  const head = html`<noscript><meta http-equiv="refresh" content="${Math.ceil(timeout)}; url=${url}"></noscript>\n`
  return layout(appearance, {
    title: texts.oneMoment,
    head,
    body,
    script: GO_ON,
    formActions: [],
    frames: frames.map(sourceOf),
  })
}
