import { type ClientView, clientName, isolated } from '../../actions/pages/client_view.ts'
import { layout } from '../../actions/pages/layout.ts'
import { commonTexts } from '../../actions/pages/texts/common_texts.ts'
import type { Page } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { fillIn } from '../../helpers/http/fill_in.ts'
import { html, trustedHtml } from '../../helpers/http/html.ts'
import { logoutTexts } from './texts.ts'

const FORM_ID = 'op.logoutForm'

/**
 * The form that the confirmation page is built around. Its buttons stand on the page, so that a host's own page
 * can word them.
 */
export function logoutForm(action: string, xsrf: string): string {
  return html`<form id="${FORM_ID}" method="post" action="${action}"><input type="hidden" name="xsrf" value="${xsrf}"></form>`.toString()
}

export interface LogoutPage {
  /** Markup of the form `op.logoutForm`, made by this provider. */
  form: string
  /** Which provider the person leaves. */
  host: string
}

/** Asks whether to sign out. @see OpenID Connect RP-Initiated Logout 1.0 §2 */
export function logoutPage(appearance: Appearance, { form, host }: LogoutPage): Page {
  const texts = appearance.texts(logoutTexts)
  const name = html`<strong>${isolated(host, 255)}</strong>`
  const body = html`<p class="lead">${fillIn(texts.question, { host: name })}</p>
${trustedHtml(form)}
<button type="submit" form="${FORM_ID}" name="logout" value="yes" autofocus>${texts.yes}</button>
<button type="submit" form="${FORM_ID}" class="second">${texts.no}</button>`
  return layout(appearance, { title: texts.title, body })
}

/** How a logout ended. */
export interface LogoutSuccess {
  /** The only client that was signed out of. */
  client?: ClientView | undefined
  /** Whether somebody is signed in here. */
  isSignedIn: boolean
}

/** Tells how it went. */
export function logoutSuccessPage(appearance: Appearance, { client, isSignedIn }: LogoutSuccess): Page {
  const texts = appearance.texts(logoutTexts)
  const { closePage } = appearance.texts(commonTexts)
  const isLeft = client !== undefined || !isSignedIn
  const all = isLeft ? texts.done : texts.stayed
  const one = isSignedIn ? texts.leftOnly : texts.doneFrom
  const said =
    client === undefined ? all : fillIn(one, { client: html`<strong>${clientName(client)}</strong>` })
  return layout(appearance, {
    ...(isLeft && { sign: 'done' }),
    title: isLeft ? texts.doneTitle : texts.stayedTitle,
    body: html`<p class="lead">${said}${appearance.space}${closePage}</p>`,
    formActions: [],
  })
}
