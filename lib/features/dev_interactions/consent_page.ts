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
  /** Scopes of this provider that are newly asked for. */
  scopes?: readonly string[] | undefined
  /** Single claims that are newly asked for. */
  claims?: readonly string[] | undefined
  /** Scopes of resource servers that are newly asked for, by resource indicator. */
  resourceScopes?: Readonly<Record<string, readonly string[]>> | undefined
  /** Where the answer goes; the person gets to read its host. */
  redirectUri?: string | undefined
}

/** What standard scopes mean to a person. @see OpenID Connect Core 1.0 §5.4, §11 */
const SCOPES: ReadonlyMap<string, readonly [name: string, explanation: string]> = new Map([
  ['openid', ['Know who you are', 'It learns an identifier of your account.']],
  ['profile', ['Your profile', 'Name, picture, birthday, language and the like.']],
  ['email', ['Your email address', 'And whether it is verified.']],
  ['address', ['Your postal address', 'As it stands in your account.']],
  ['phone', ['Your phone number', 'And whether it is verified.']],
  [
    'offline_access',
    ['Access while you are away', 'It keeps this access when you are not there, until it is withdrawn.'],
  ],
])

function scopeItem(scope: string): Html {
  const known = SCOPES.get(scope)
  if (known === undefined) return html`<li><code>${isolated(scope)}</code></li>\n`
  return html`<li>${known[0]}<small>${known[1]}</small></li>\n`
}

function list(heading: Html, items: readonly Html[]): Html | undefined {
  return items.length === 0 ? undefined : html`<h2>${heading}</h2>\n<ul>\n${items}</ul>\n`
}

const nameItem = (name: string) => html`<li><code>${isolated(name)}</code></li>\n`

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
  const lists = [
    list(html`It asks for`, scopes.map(scopeItem)),
    list(html`It asks for these details of you`, claims.map(nameItem)),
    ...Object.entries(resourceScopes).map(([indicator, asked]) =>
      list(html`It asks for use of ${isolated(indicator, 200)}`, asked.map(nameItem)),
    ),
  ].filter((part) => part !== undefined)
  const links = clientLinks(client)
  const body = html`<p class="lead"><strong>${name}</strong> wants to use your account.</p>
${lists.length === 0 ? html`<p>It asks for nothing beyond what you allowed before.</p>\n` : lists}<form method="post" action="${action}">
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
