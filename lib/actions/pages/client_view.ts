import { displayText } from '../../helpers/display_text.ts'
import { sourceOf } from '../../helpers/http/content_security_policy.ts'
import { type Html, html } from '../../helpers/http/html.ts'

/** What a page tells about a client; a `Client` has this shape. All of it may come from strangers. */
export interface ClientView {
  readonly clientId: string
  readonly clientName?: string | undefined
  readonly clientUri?: string | undefined
  readonly logoUri?: string | undefined
  readonly policyUri?: string | undefined
  readonly tosUri?: string | undefined
}

/** Text of strangers: escaped, cut, and without effect on the direction of the text around it. */
export function isolated(text: string, max?: number): Html {
  return html`<bdi>${displayText(text, max)}</bdi>`
}

/** How the client calls itself. */
export function clientName({ clientId, clientName: name }: ClientView): Html {
  return isolated((name && displayText(name)) || clientId)
}

function isHttps(uri: string | undefined): uri is string {
  return uri !== undefined && URL.canParse(uri) && new URL(uri).protocol === 'https:'
}

/** The client's logo with the source the policy has to allow for it; nothing unless it comes over https. */
export function clientLogo({ logoUri }: ClientView): { logo?: Html; images?: readonly string[] } {
  if (!isHttps(logoUri)) return {}
  return {
    logo: html`<img class="logo" src="${logoUri}" alt="" referrerpolicy="no-referrer">\n`,
    images: [sourceOf(logoUri)],
  }
}

/** Links to what the client says about itself. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
export function clientLinks(
  { policyUri, tosUri }: ClientView,
  names: { privacyPolicy: string; termsOfService: string },
): readonly Html[] {
  const links: readonly [text: string, uri: string | undefined][] = [
    [names.privacyPolicy, policyUri],
    [names.termsOfService, tosUri],
  ]
  return links
    .filter(([, uri]) => isHttps(uri))
    .map(([text, uri]) => html`<a href="${uri}" rel="noopener noreferrer" target="_blank">${text}</a>`)
}
