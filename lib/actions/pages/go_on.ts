import type { Ctx } from '../../engine/context.ts'
import { redirect } from '../../engine/redirect.ts'
import { type Page, renderPage } from '../../engine/render_page.ts'
import type { Wrap } from '../../engine/runtime.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { html } from '../../helpers/http/html.ts'
import { layout } from './layout.ts'
import { prefersHtml } from './prefers_html.ts'
import { commonTexts } from './texts/common_texts.ts'

/** A page that leads to another one by itself, without scripts. */
export function navigatingPage(appearance: Appearance, url: string): Page {
  const texts = appearance.texts(commonTexts)
  const body = html`<p class="lead">${texts.nothingHappens}</p>
<a class="button" href="${url}">${texts.continue}</a>`
  const head = html`<meta http-equiv="refresh" content="0; url=${url}">\n`
  return layout(appearance, { title: texts.oneMoment, head, body, formActions: [] })
}

/**
 * Goes on after a form. Browsers hold every redirect after a form against the `form-action` of its page, and the
 * way may lead to a client and wherever that sends the browser on to: so it starts afresh, from a page that
 * navigates. Who is no browser is redirected.
 * @see Content Security Policy Level 3 §6.4.1
 */
export function goOn(ctx: Ctx, url: string): void {
  if (prefersHtml(ctx)) {
    ctx.status = 200
    renderPage(ctx, navigatingPage(ctx.oidc.appearance, url))
  } else {
    redirect(ctx, url)
  }
}

/** Has whatever redirect an endpoint answers a form with start afresh, whichever step made it. */
export const goOnAfterForm: Wrap = async (ctx, _rt, next) => {
  await next()
  const { location } = ctx.response.headers
  if (ctx.method !== 'POST' || typeof location !== 'string') return
  ctx.remove('location')
  goOn(ctx, location)
}
