import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { refuse } from '../../clients/metadata/refuse.ts'
import { sourceOf } from '../../helpers/http/content_security_policy.ts'
import { isLoopbackHost } from '../../helpers/uri/loopback_uri.ts'

const originOf = (uri: string): string => (URL.canParse(uri) ? new URL(uri).origin : '')

/**
 * Browsers do not show http in a page that came by https, unless it is of this very device. The policy of the page names
 * the origins it frames, so it has to be able to.
 * @see OpenID Connect Front-Channel Logout 1.0 §2
 */
const checkUri: CrossRule = ({ frontchannel_logout_uri: uri, redirect_uris: redirectUris = [] }) => {
  if (uri === undefined) return
  const { protocol, hostname, origin } = new URL(uri)
  const problem = (text: string) => refuse('frontchannel_logout_uri', text)
  if (uri.includes('#')) problem('must not have a fragment')
  if (protocol !== 'https:' && !isLoopbackHost(hostname)) problem('must be a https URI, or a loopback one')
  if (sourceOf(uri) !== origin) problem('must have a host that a Content-Security-Policy can name')
  if (!redirectUris.some((redirectUri) => originOf(redirectUri) === origin))
    problem('must have scheme, host and port of one of redirect_uris')
}

export const frontchannelLogoutMetadata: FeatureMetadata = {
  rows: [
    // OpenID Connect Front-Channel Logout 1.0 §2
    { name: 'frontchannel_logout_uri', type: 'webUri', needs: ['frontchannelLogout'] },
    {
      name: 'frontchannel_logout_session_required',
      type: 'boolean',
      needs: ['frontchannelLogout'],
      default: false,
    },
  ],
  crossRules: [checkUri],
}
