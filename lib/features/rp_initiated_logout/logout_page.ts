import { type ClientView, clientName, isolated } from '../../actions/pages/client_view.ts'
import { layout } from '../../actions/pages/layout.ts'
import type { Page } from '../../engine/render_page.ts'
import { html, trustedHtml } from '../../helpers/http/html.ts'

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
export function logoutPage({ form, host }: LogoutPage): Page {
  const body = html`<p class="lead">Do you want to sign out from <strong>${isolated(host, 255)}</strong>?</p>
${trustedHtml(form)}
<button type="submit" form="${FORM_ID}" name="logout" value="yes" autofocus>Yes, sign me out</button>
<button type="submit" form="${FORM_ID}" class="second">No, stay signed in</button>`
  return layout({ title: 'Sign out', body })
}

/** How a logout ended. */
export interface LogoutSuccess {
  /** The only client that was signed out of. */
  client?: ClientView | undefined
  /** Whether somebody is signed in here. */
  isSignedIn: boolean
}

/** Tells how it went. */
export function logoutSuccessPage({ client, isSignedIn }: LogoutSuccess): Page {
  const from = client !== undefined && html` from <strong>${clientName(client)}</strong>`
  if (!isSignedIn) {
    const body = html`<p class="lead">You are signed out${from}. You can close this page.</p>`
    return layout({ title: 'Signed out', body, formActions: [] })
  }
  if (from === false) {
    const body = html`<p class="lead">You did not sign out. You can close this page.</p>`
    return layout({ title: 'Still signed in', body, formActions: [] })
  }
  const body = html`<p class="lead">You are signed out${from}, and still signed in here. You can close this page.</p>`
  return layout({ title: 'Signed out', body, formActions: [] })
}
