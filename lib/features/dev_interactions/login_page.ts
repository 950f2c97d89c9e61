import { type ClientView, clientLogo, clientName } from '../../actions/pages/client_view.ts'
import { layout } from '../../actions/pages/layout.ts'
import { commonTexts } from '../../actions/pages/texts/common_texts.ts'
import type { Page } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { displayText } from '../../helpers/display_text.ts'
import { fillIn } from '../../helpers/http/fill_in.ts'
import { html } from '../../helpers/http/html.ts'
import { loginTexts } from './texts.ts'

export interface LoginPage {
  client: ClientView
  /** Where the form goes. */
  action: string
  /** Where the person goes who does not want to sign in. */
  abortUrl: string
  /** What the form says it answers. @default 'login' */
  prompt?: string
  /** Who is expected to sign in. @see OpenID Connect Core 1.0 §3.1.2.1 */
  loginHint?: string | undefined
  /** Why an earlier attempt failed. */
  error?: string | undefined
}

const ERROR_ID = 'login-error'

/** The screen to sign in at, for development. */
export function loginPage(
  appearance: Appearance,
  { client, action, abortUrl, prompt = 'login', loginHint, error }: LoginPage,
): Page {
  const { signIn, signInFor, cancel } = appearance.texts(commonTexts)
  const texts = appearance.texts(loginTexts)
  const name = html`<strong>${clientName(client)}</strong>`
  const fault = error !== undefined && html` aria-invalid="true" aria-describedby="${ERROR_ID}"`
  const focus = html` autofocus`
  const isKnown = loginHint !== undefined && loginHint !== ''
  const body = html`<p class="lead">${fillIn(signInFor, { client: name })}</p>
<p class="note">${texts.note}</p>
${error !== undefined && html`<p class="fault" role="alert" id="${ERROR_ID}">${displayText(error, 300)}</p>\n`}<form method="post" action="${action}">
<input type="hidden" name="prompt" value="${prompt}">
<label for="login">${texts.username}</label>
<input id="login" name="login" type="text" dir="auto" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${loginHint}"${fault}${!isKnown && focus}>
<label for="password">${texts.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${fault}${isKnown && focus}>
<button type="submit">${signIn}</button>
</form>
<a class="button second" href="${abortUrl}">${cancel}</a>`
  return layout(appearance, { title: signIn, ...clientLogo(client), body })
}
