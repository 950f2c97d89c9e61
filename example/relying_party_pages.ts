import type { IDToken, UserInfoResponse } from 'openid-client'
import { layout, type Screen } from '../lib/actions/pages/layout.ts'
import { plainAppearance } from '../lib/actions/pages/make_screens.ts'
import type { Page } from '../lib/engine/render_page.ts'
import { type Html, html } from '../lib/helpers/http/html.ts'

const LOGIN_FORM = html`<form method="post" action="/login"><button type="submit">Sign in</button></form>`
const DEVICE_FORM = html`<form method="post" action="/device"><button type="submit" class="second">Sign in as a device</button></form>`

/** Forms lead here, and signing in goes on at the provider. */
const formActions = (issuer: string) => ["'self'", new URL(issuer).origin]

/** What somebody sees who is not signed in. */
export function homePage(issuer: string, notice?: string): Page {
  const body = html`<p class="lead">A small application that lets people sign in at <strong>${issuer}</strong>.</p>
${notice !== undefined && html`<p class="note" role="status">${notice}</p>\n`}${LOGIN_FORM}
${DEVICE_FORM}
<footer><p>It asks for a code, trades it for tokens, and shows you what it got.</p></footer>`
  return layout(plainAppearance(), { title: 'Demo application', body, formActions: formActions(issuer) })
}

/** What somebody sees who did not get through; changing one's mind is no failure. */
export function failurePage(issuer: string, error: string, description: string | undefined): Page {
  const isCancelled = error === 'access_denied'
  const body = html`<p class="lead">You are not signed in.</p>
<p class="${isCancelled ? 'note' : 'fault'}" role="${isCancelled ? 'status' : 'alert'}">${isCancelled && html`You cancelled, or did not allow access: `}<code>${error}</code>${description !== undefined && html`<br>${description}`}</p>
${LOGIN_FORM}
<a class="button second" href="/">Back to the start</a>`
  const title = isCancelled ? 'Sign-in cancelled' : 'Sign-in failed'
  return layout(plainAppearance(), { title, body, formActions: formActions(issuer) })
}

const EPOCH_TIMES: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at'])

function readable(name: string, value: unknown): Html {
  if (EPOCH_TIMES.has(name) && typeof value === 'number') {
    const time = new Date(value * 1000).toISOString()
    return html`<code><time datetime="${time}">${time.replace('T', ' ').replace('.000Z', ' UTC')}</time></code>`
  }
  return html`<code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`
}

function facts(id: string, heading: string, members: Readonly<Record<string, unknown>>): Html {
  const rows = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`<div><dt><code>${name}</code></dt><dd>${readable(name, value)}</dd></div>\n`)
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>\n<dl>\n${rows}</dl></section>\n`
}

/** What the relying party has in hand after a login. */
export interface LoggedIn {
  claims: IDToken
  userinfo: UserInfoResponse
  /** As it came. */
  idToken: string
  accessToken: string
  /** In epoch seconds. */
  expiresAt: number | undefined
  scope: string | undefined
  refreshToken: string | undefined
}

/** The protected header of a JWT. @see RFC 7515 §4 */
function headerOf(jwt: string): Record<string, unknown> {
  const header: unknown = JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())
  return { ...Object(header) }
}

/** What somebody sees who is signed in. */
export function accountPage(issuer: string, login: LoggedIn, notice?: string): Page {
  const tokens = {
    access_token: login.accessToken,
    exp: login.expiresAt,
    scope: login.scope,
    refresh_token: login.refreshToken ?? 'none',
    id_token: login.idToken,
  }
  const name = login.userinfo.name ?? login.claims.sub
  const screen: Screen = {
    title: `Hello, ${name}`,
    isWide: true,
    formActions: formActions(issuer),
    body: html`<p class="lead">You signed in at <strong>${issuer}</strong>. This is what the application got.</p>
${notice !== undefined && html`<p class="note" role="status">${notice}</p>\n`}<div class="pair">
${login.refreshToken !== undefined && html`<form method="post" action="/refresh"><button type="submit">Refresh</button></form>\n`}<form method="post" action="/logout"><button type="submit" class="second">Sign out</button></form>
</div>
${facts('id-token', 'ID Token', login.claims)}${facts('header', 'ID Token header', headerOf(login.idToken))}${facts('userinfo', 'UserInfo', login.userinfo)}${facts('tokens', 'Tokens', tokens)}<footer><p>A demo shows its tokens; an application that people use shows them to nobody. Signing out ends the sign-in here, and asks you whether to end the one at the provider, too.</p></footer>`,
  }
  return layout(plainAppearance(), screen)
}
