import {
  type ClientView,
  clientLinks,
  clientLogo,
  clientName,
  isolated,
} from '../../actions/pages/client_view.ts'
import { layout } from '../../actions/pages/layout.ts'
import type { Page } from '../../engine/render_page.ts'
import { type Html, html } from '../../helpers/http/html.ts'

export interface ConsentPage {
  client: ClientView
  /** Where the form goes. */
  action: string
  /** Where the person goes who does not agree. */
  abortUrl: string
  /** Whose account is used. */
  accountId?: string | undefined
  /** Where somebody goes who is somebody else. */
  switchUrl?: string | undefined
  /** Scopes of this provider that are newly asked for. */
  scopes?: readonly string[] | undefined
  /** Single claims that are newly asked for. */
  claims?: readonly string[] | undefined
  /** Scopes of resource servers that are newly asked for, by resource indicator. */
  resourceScopes?: Readonly<Record<string, readonly string[]>> | undefined
  /** Where the answer goes; the person gets to read its host. */
  redirectUri?: string | undefined
}

/** What standard scopes mean to a person, to be read after "It wants to". @see OpenID Connect Core 1.0 §5.4, §11 */
const SCOPES: ReadonlyMap<string, readonly [wish: string, explanation: string]> = new Map([
  ['openid', ['know who you are', 'It learns an identifier of your account.']],
  ['profile', ['see your profile', 'Name, picture, birthday, language and the like.']],
  ['email', ['see your email address', 'And whether it is verified.']],
  ['address', ['see your postal address', 'As it stands in your account.']],
  ['phone', ['see your phone number', 'And whether it is verified.']],
  [
    'offline_access',
    ['keep this access while you are away', 'It lasts when you are not there, until it is withdrawn.'],
  ],
])

function scopeItem(scope: string): Html {
  const known = SCOPES.get(scope)
  if (known === undefined) return html`<li>use <code>${isolated(scope)}</code></li>\n`
  return html`<li>${known[0]}<small>${known[1]}</small></li>\n`
}

const claimItem = (name: string) => html`<li>see your <code>${isolated(name)}</code></li>\n`

const resourceItem = (indicator: string) => (scope: string) =>
  html`<li>use <code>${isolated(scope)}</code> at ${isolated(indicator, 200)}</li>\n`

/** Who allows it; somebody else may sit at this device. */
function account({ accountId, switchUrl }: ConsentPage): Html | undefined {
  if (accountId === undefined) return undefined
  const other = switchUrl !== undefined && html` <a href="${switchUrl}">Not you?</a>`
  return html`<p class="account">Signed in as <strong>${isolated(accountId)}</strong>.${other}</p>\n`
}

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/

/** Tells where the person ends up. A page on this device may be any program on it. @see RFC 8252 §8.6 */
function destination(redirectUri: string | undefined): Html | undefined {
  if (redirectUri === undefined || !URL.canParse(redirectUri)) return undefined
  const { protocol, hostname, host } = new URL(redirectUri)
  const isWeb = protocol === 'https:' || protocol === 'http:'
  if (!isWeb)
    return html`<p>You go on in the app on this device that opens <bdi>${protocol}</bdi> links.</p>\n`
  if (!LOOPBACK.test(hostname)) return html`<p>You go on at ${isolated(host)}.</p>\n`
  return html`<p>You go on at ${isolated(host)}: a program on this device. Continue only if you started it.</p>\n`
}

/** The consent screen for development: who asks, for what that was not allowed before, and where it leads. */
export function consentPage(view: ConsentPage): Page {
  const { client, action, abortUrl, scopes = [], claims = [], resourceScopes = {} } = view
  const name = clientName(client)
  const wishes = [
    ...scopes.map(scopeItem),
    ...claims.map(claimItem),
    ...Object.entries(resourceScopes).flatMap(([indicator, asked]) => asked.map(resourceItem(indicator))),
  ]
  const list =
    wishes.length === 0
      ? html`<p>It asks for nothing beyond what you allowed before.</p>\n`
      : html`<h2 id="wishes">It wants to</h2>\n<ul aria-labelledby="wishes">\n${wishes}</ul>\n`
  const links = clientLinks(client)
  const body = html`<p class="lead"><strong>${name}</strong> wants to use your account.</p>
${account(view)}${list}<form method="post" action="${action}">
<input type="hidden" name="prompt" value="consent">
<button type="submit">Continue</button>
</form>
<a class="button second" href="${abortUrl}">Cancel</a>
<footer>
${destination(view.redirectUri)}${links.length > 0 && html`<p>Read its ${links[0]}${links.length > 1 && html` and ${links[1]}`}.</p>\n`}</footer>`
  return layout({
    title: 'Allow access',
    ...clientLogo(client),
    body,
  })
}
