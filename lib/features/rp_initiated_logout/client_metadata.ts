import type { FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { redirectUriRule } from '../../clients/metadata/grant_rules.ts'

export const rpInitiatedLogoutMetadata: FeatureMetadata = {
  rows: [
    // OpenID Connect RP-Initiated Logout 1.0 §3.1
    { name: 'post_logout_redirect_uris', type: 'strings', needs: ['rpInitiatedLogout'], default: [] },
  ],
  crossRules: [redirectUriRule('post_logout_redirect_uris')],
}
