import type { Page } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { fillIn } from '../../helpers/http/fill_in.ts'
import { html } from '../../helpers/http/html.ts'
import { isolated } from './client_view.ts'
import { layout } from './layout.ts'
import { commonTexts } from './texts/common_texts.ts'
import { errorTexts } from './texts/error_texts.ts'

/** For people who look at the provider itself. */
export function startPage(appearance: Appearance, issuer: string, discovery: string): Page {
  const { service, serviceFor, forDevelopers } = appearance.texts(commonTexts)
  const name = html`<strong>${isolated(issuer, 300)}</strong>`
  const body = html`<p class="lead">${fillIn(serviceFor, { issuer: name })}</p>
<p><a href="${discovery}">${forDevelopers}</a></p>`
  return layout(appearance, { title: service, body, formActions: [] })
}

/** For people who followed a wrong link. */
export function notFoundPage(appearance: Appearance, path: string): Page {
  const { notFound, nothingAt } = appearance.texts(errorTexts)
  const body = html`<p class="lead">${fillIn(nothingAt, { path: html`<code>${isolated(path, 200)}</code>` })}</p>`
  return layout(appearance, { title: notFound, sign: 'fault', body, formActions: [] })
}
