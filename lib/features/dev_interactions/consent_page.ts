import type { ConsentTexts } from '../../../types/features/dev_interactions.ts'
import type { CommonTexts } from '../../../types/screens/texts.ts'
import {
  type ClientView,
  clientLinks,
  clientLogo,
  clientName,
  isolated,
} from '../../actions/pages/client_view.ts'
import { layout } from '../../actions/pages/layout.ts'
import { commonTexts } from '../../actions/pages/texts/common_texts.ts'
import type { Page } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { fillIn } from '../../helpers/http/fill_in.ts'
import { type Html, html } from '../../helpers/http/html.ts'
import { consentTexts } from './texts.ts'

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

/** What standard scopes mean to a person. @see OpenID Connect Core 1.0 §5.4, §11 */
const SCOPES: ReadonlyMap<string, readonly [wish: keyof ConsentTexts, explanation: keyof ConsentTexts]> =
  new Map([
    ['openid', ['openid', 'openidMore']],
    ['profile', ['profile', 'profileMore']],
    ['email', ['email', 'verifiedMore']],
    ['address', ['address', 'addressMore']],
    ['phone', ['phone', 'verifiedMore']],
    ['offline_access', ['offlineAccess', 'offlineAccessMore']],
  ])

const code = (text: string): Html => html`<code>${isolated(text)}</code>`

function scopeItem(texts: ConsentTexts, scope: string): Html {
  const known = SCOPES.get(scope)
  if (known === undefined) return html`<li>${fillIn(texts.use, { scope: code(scope) })}</li>\n`
  return html`<li>${texts[known[0]]}<small>${texts[known[1]]}</small></li>\n`
}

const claimItem = (texts: ConsentTexts, claim: string): Html =>
  html`<li>${fillIn(texts.see, { claim: code(claim) })}</li>\n`

const resourceItem = (texts: ConsentTexts, indicator: string, scope: string): Html =>
  html`<li>${fillIn(texts.useAt, { scope: code(scope), resource: isolated(indicator, 200) })}</li>\n`

/** Who allows it; somebody else may sit at this device. */
function account({ accountId, switchUrl }: ConsentPage, texts: CommonTexts): Html | undefined {
  if (accountId === undefined) return undefined
  const name = html`<strong>${isolated(accountId)}</strong>`
  const other = switchUrl !== undefined && html` <a href="${switchUrl}">${texts.notYou}</a>`
  return html`<p class="account">${fillIn(texts.signedInAs, { account: name })}${other}</p>\n`
}

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])$/

/** Tells where the person ends up. A page on this device may be any program on it. @see RFC 8252 §8.6 */
function destination(redirectUri: string | undefined, texts: ConsentTexts): Html | undefined {
  if (redirectUri === undefined || !URL.canParse(redirectUri)) return undefined
  const { protocol, hostname, host } = new URL(redirectUri)
  const isWeb = protocol === 'https:' || protocol === 'http:'
  if (!isWeb) return html`<p>${fillIn(texts.goOnInApp, { scheme: html`<bdi>${protocol}</bdi>` })}</p>\n`
  const text = LOOPBACK.test(hostname) ? texts.goOnHere : texts.goOnAt
  return html`<p>${fillIn(text, { host: isolated(host) })}</p>\n`
}

/** What the client says about itself. */
function more(client: ClientView, texts: ConsentTexts): Html | undefined {
  const [first, second] = clientLinks(client, texts)
  if (first === undefined) return undefined
  const links = html`${first}${second !== undefined && html` · ${second}`}`
  return html`<p>${fillIn(texts.more, { client: clientName(client), links })}</p>\n`
}

/** What it asks for that was not allowed before. */
function wishList(view: ConsentPage, texts: ConsentTexts): Html {
  const { scopes = [], claims = [], resourceScopes = {} } = view
  const wishes = [
    ...scopes.map((scope) => scopeItem(texts, scope)),
    ...claims.map((claim) => claimItem(texts, claim)),
    ...Object.entries(resourceScopes).flatMap(([indicator, asked]) =>
      asked.map((scope) => resourceItem(texts, indicator, scope)),
    ),
  ]
  if (wishes.length === 0) return html`<p>${texts.nothingNew}</p>\n`
  return html`<h2 id="wishes">${texts.wants}</h2>\n<ul aria-labelledby="wishes">\n${wishes}</ul>\n`
}

/** The consent screen for development: who asks, for what that was not allowed before, and where it leads. */
export function consentPage(appearance: Appearance, view: ConsentPage): Page {
  const { client, action, abortUrl } = view
  const common = appearance.texts(commonTexts)
  const texts = appearance.texts(consentTexts)
  const name = html`<strong>${clientName(client)}</strong>`
  const body = html`<p class="lead">${fillIn(texts.asks, { client: name })}</p>
${account(view, common)}${wishList(view, texts)}<form method="post" action="${action}">
<input type="hidden" name="prompt" value="consent">
<button type="submit">${common.continue}</button>
</form>
<a class="button second" href="${abortUrl}">${common.cancel}</a>
<footer>
${destination(view.redirectUri, texts)}${more(client, texts)}</footer>`
  return layout(appearance, { title: common.allowAccess, ...clientLogo(client), body })
}
