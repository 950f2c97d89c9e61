import { type ClientView, clientLogo, clientName } from '../../actions/pages/client_view.ts'
import { layout } from '../../actions/pages/layout.ts'
import type { Page } from '../../engine/render_page.ts'
import { displayText } from '../../helpers/display_text.ts'
import { html } from '../../helpers/http/html.ts'

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
export function loginPage({ client, action, abortUrl, prompt = 'login', loginHint, error }: LoginPage): Page {
  const name = clientName(client)
  const fault = error !== undefined && html` aria-invalid="true" aria-describedby="${ERROR_ID}"`
  const focus = html` autofocus`
  const isKnown = loginHint !== undefined && loginHint !== ''
  const body = html`<p class="lead">to go on to <strong>${name}</strong></p>
<p class="note">This screen is for development: any username and any password works. Replace it with your own.</p>
${error !== undefined && html`<p class="fault" role="alert" id="${ERROR_ID}">${displayText(error, 300)}</p>\n`}<form method="post" action="${action}">
<input type="hidden" name="prompt" value="${prompt}">
<label for="login">Username</label>
<input id="login" name="login" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${loginHint}"${fault}${!isKnown && focus}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${fault}${isKnown && focus}>
<button type="submit">Sign in</button>
</form>
<a class="button second" href="${abortUrl}">Cancel</a>`
  return layout({ title: 'Sign in', ...clientLogo(client), body })
}
