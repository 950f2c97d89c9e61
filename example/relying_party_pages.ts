import type { IDToken, UserInfoResponse } from 'openid-client'
import { layout, type Screen } from '../lib/actions/pages/layout.ts'
import type { Page } from '../lib/engine/render_page.ts'
import { type Html, html } from '../lib/helpers/http/html.ts'

const LOGIN_FORM = html`<form method="post" action="/login"><button type="submit">Log in</button></form>`

/** Forms lead here, and the login goes on at the provider. */
const formActions = (issuer: string) => ["'self'", new URL(issuer).origin]

/** What somebody sees who is not logged in. */
export function homePage(issuer: string, notice?: string): Page {
  const body = html`<p class="lead">A small application that lets people log in at <strong>${issuer}</strong>.</p>
${notice !== undefined && html`<p class="note" role="status">${notice}</p>\n`}${LOGIN_FORM}
<footer><p>It asks for a code, trades it for tokens, and shows you what it got.</p></footer>`
  return layout({ title: 'Demo application', body, formActions: formActions(issuer) })
}

/** What somebody sees whose login did not work out. */
export function failurePage(issuer: string, error: string, description: string | undefined): Page {
  const body = html`<p class="lead">You are not logged in.</p>
<p class="fault" role="alert"><code>${error}</code>${description !== undefined && html`<br>${description}`}</p>
${LOGIN_FORM}
<a class="button second" href="/">Back to the start</a>`
  return layout({ title: 'Login failed', body, formActions: formActions(issuer) })
}

const EPOCH_TIMES: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at'])

function readable(name: string, value: unknown): Html {
  if (EPOCH_TIMES.has(name) && typeof value === 'number') {
    const time = new Date(value * 1000).toISOString()
    return html`<time datetime="${time}">${time.replace('T', ' ').replace('.000Z', ' UTC')}</time>`
  }
  return html`${typeof value === 'string' ? value : JSON.stringify(value)}`
}

function facts(id: string, heading: string, members: Readonly<Record<string, unknown>>): Html {
  const rows = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${readable(name, value)}</dd></div>\n`)
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>\n<dl>\n${rows}</dl></section>\n`
}

/** What the relying party has in hand after a login. */
export interface LoggedIn {
  claims: IDToken
  userinfo: UserInfoResponse
  accessToken: string
  /** In epoch seconds. */
  expiresAt: number | undefined
  scope: string | undefined
  refreshToken: string | undefined
}

/** The beginning tells tokens apart; the rest is nobody's business, not even on a screen. */
const beginning = (token: string) => `${token.slice(0, 6)}… (${token.length} characters)`

/** What somebody sees who is logged in. */
export function accountPage(issuer: string, login: LoggedIn, notice?: string): Page {
  const tokens = {
    'access token': beginning(login.accessToken),
    exp: login.expiresAt,
    scope: login.scope,
    'refresh token': login.refreshToken === undefined ? 'none' : beginning(login.refreshToken),
  }
  const name = login.userinfo.name ?? login.claims.sub
  const screen: Screen = {
    title: `Hello, ${name}`,
    isWide: true,
    formActions: formActions(issuer),
    body: html`<p class="lead">You logged in at <strong>${issuer}</strong>. This is what the application got.</p>
${notice !== undefined && html`<p class="note" role="status">${notice}</p>\n`}${facts('id-token', 'ID Token', login.claims)}${facts('userinfo', 'UserInfo', login.userinfo)}${facts('tokens', 'Tokens', tokens)}<div class="pair">
${login.refreshToken !== undefined && html`<form method="post" action="/refresh"><button type="submit">Refresh</button></form>\n`}<form method="post" action="/logout"><button type="submit" class="second">Log out</button></form>
</div>
<footer><p>Logging out ends the login here; the provider keeps its own.</p></footer>`,
  }
  return layout(screen)
}
