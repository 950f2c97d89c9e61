import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { refuse } from '../../clients/metadata/refuse.ts'

/** Logout tokens are signed like ID Tokens. @see OpenID Connect Back-Channel Logout 1.0 §2.6 */
const checkSignature: CrossRule = (metadata) => {
  if (metadata.id_token_signed_response_alg === 'none' && metadata.backchannel_logout_uri !== undefined) {
    refuse('id_token_signed_response_alg', "must not be 'none' when backchannel_logout_uri is used")
  }
}

/** Whoever authenticates may do without TLS, as inside of a private network. @see OpenID Connect Back-Channel Logout 1.0 §2.2 */
const checkUri: CrossRule = (metadata) => {
  const { backchannel_logout_uri: uri, token_endpoint_auth_method: method } = metadata
  if (uri === undefined) return
  if (uri.includes('#')) refuse('backchannel_logout_uri', 'must not have a fragment')
  if (method === 'none' && !uri.startsWith('https:'))
    refuse('backchannel_logout_uri', 'must be a https URI of a client that does not authenticate')
}

export const backchannelLogoutMetadata: FeatureMetadata = {
  rows: [
    // OpenID Connect Back-Channel Logout 1.0 §2.2
    { name: 'backchannel_logout_uri', type: 'webUri', needs: ['backchannelLogout'] },
    {
      name: 'backchannel_logout_session_required',
      type: 'boolean',
      needs: ['backchannelLogout'],
      default: false,
    },
  ],
  crossRules: [checkSignature, checkUri],
}
