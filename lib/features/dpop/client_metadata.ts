import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { refuse } from '../../clients/metadata/refuse.ts'
import { yieldsToken } from '../../helpers/response_type.ts'

/** @see RFC 8705 §3, RFC 9449 §5 */
const checkTokenBinding: CrossRule = (metadata) => {
  if (metadata.tls_client_certificate_bound_access_tokens && metadata.dpop_bound_access_tokens) {
    refuse('tls_client_certificate_bound_access_tokens', 'and dpop_bound_access_tokens must not both be true')
  }
}

/** What a browser carries off is bound to no key. @see RFC 9449 §5, RFC 6749 §4.2 */
const checkBoundResponses: CrossRule = (metadata) => {
  if (!metadata.dpop_bound_access_tokens) return
  const { response_types: types = [] } = metadata
  if (types.some((type) => yieldsToken(type)))
    refuse('response_types', 'must not yield access tokens where dpop_bound_access_tokens is true')
}

export const dpopMetadata: FeatureMetadata = {
  rows: [
    // RFC 9449 §5.2
    { name: 'dpop_bound_access_tokens', type: 'boolean', needs: ['dPoP'], default: false },
  ],
  crossRules: [checkTokenBinding, checkBoundResponses],
}
