import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { refuse } from '../../clients/metadata/refuse.ts'

/** Logout tokens are signed like ID Tokens. @see OpenID Connect Back-Channel Logout 1.0 §2.6 */
const checkSignature: CrossRule = (metadata) => {
  if (metadata.id_token_signed_response_alg === 'none' && metadata.backchannel_logout_uri !== undefined) {
    refuse('id_token_signed_response_alg', "must not be 'none' when backchannel_logout_uri is used")
  }
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
  crossRules: [checkSignature],
}
