import type { ErrorOut } from '../../../types/errors.ts'
import type { ErrorTexts } from '../../../types/screens/texts.ts'
import type { Page } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { fillIn } from '../../helpers/http/fill_in.ts'
import { type Html, html } from '../../helpers/http/html.ts'
import { type ClientView, clientName, isolated } from './client_view.ts'
import { layout } from './layout.ts'
import { errorTexts } from './texts/error_texts.ts'

/** What a person can do about it. */
const HINTS: ReadonlyMap<string, keyof ErrorTexts> = new Map([
  ['access_denied', 'accessDenied'],
  ['expired_token', 'expired'],
  ['login_required', 'loginRequired'],
  ['server_error', 'ourMistake'],
  ['temporarily_unavailable', 'unavailable'],
])

const NAMES: ReadonlyMap<string, 'error' | 'description'> = new Map([
  ['error', 'error'],
  ['error_description', 'description'],
])

/** What is said to developers stays in English, whatever language the page is in. @see WCAG 2.2 §3.1.2 */
const row =
  (texts: ErrorTexts) =>
  ([member, value]: readonly [string, unknown]): Html => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
    const name = NAMES.get(member)
    return name === undefined
      ? html`<div><dt><code>${isolated(member)}</code></dt><dd>${isolated(text, 500)}</dd></div>\n`
      : html`<div><dt>${texts[name]}</dt><dd lang="en">${isolated(text, 500)}</dd></div>\n`
  }

/** What is known beyond the error itself. */
export interface ErrorView {
  title?: string | undefined
  /** What a person can do about it. */
  hint?: string | undefined
  /** Where they can start again. */
  back?: { client: ClientView; url: string } | undefined
}

/** Tells about an error that cannot go to the client. Every member may hold what a stranger wrote. */
export function errorPage(
  appearance: Appearance,
  out: ErrorOut,
  { title, hint, back }: ErrorView = {},
): Page {
  const texts = appearance.texts(errorTexts)
  const members = Object.entries(out).filter(([, value]) => value !== undefined)
  const body = html`<p class="lead">${hint ?? texts[HINTS.get(out.error) ?? 'byApplication']}</p>
${
  back !== undefined &&
  html`<a class="button" href="${back.url}" rel="noreferrer">${fillIn(texts.backTo, { client: clientName(back.client) })}</a>
`
}<h2>${texts.details}</h2>
<dl>
${members.map(row(texts))}</dl>`
  return layout(appearance, { title: title ?? texts.title, sign: 'fault', body, formActions: [] })
}
