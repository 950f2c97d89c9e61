import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { refuse } from '../../clients/metadata/refuse.ts'

/** @see RFC 8705 §3, RFC 9449 §5 */
const checkTokenBinding: CrossRule = (metadata) => {
  if (metadata.tls_client_certificate_bound_access_tokens && metadata.dpop_bound_access_tokens) {
    refuse('tls_client_certificate_bound_access_tokens', 'and dpop_bound_access_tokens must not both be true')
  }
}

export const dpopMetadata: FeatureMetadata = {
  rows: [
    // RFC 9449 §5.2
    { name: 'dpop_bound_access_tokens', type: 'boolean', needs: ['dPoP'], default: false },
  ],
  crossRules: [checkTokenBinding],
}
