import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { refuse } from '../../clients/metadata/refuse.ts'

/** @see OpenID Connect Dynamic Client Registration 1.0 §2 (`grant_types`), RFC 6749 §4.4 */
const checkGrantTypes: CrossRule = (metadata) => {
  const { grant_types: grantTypes = [], token_endpoint_auth_method: method } = metadata
  if (method === 'none' && grantTypes.includes('client_credentials')) {
    refuse('grant_types', "must not contain 'client_credentials' when token_endpoint_auth_method is 'none'")
  }
}

export const clientCredentialsMetadata: FeatureMetadata = { crossRules: [checkGrantTypes] }
