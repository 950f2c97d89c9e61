import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { refuse } from '../../clients/metadata/refuse.ts'

/**
 * Clients that register themselves are told at once; of others the token endpoint refuses the grant.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2 (`grant_types`), RFC 6749 §4.4
 */
const checkGrantTypes: CrossRule = (metadata, _rules, registers) => {
  if (!registers) return
  const { grant_types: grantTypes = [], token_endpoint_auth_method: method } = metadata
  if (method === 'none' && grantTypes.includes('client_credentials')) {
    refuse('grant_types', "must not contain 'client_credentials' when token_endpoint_auth_method is 'none'")
  }
}

export const clientCredentialsMetadata: FeatureMetadata = { crossRules: [checkGrantTypes] }
