import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { refuse } from '../../clients/metadata/refuse.ts'
import { yieldsToken } from '../../helpers/response_type.ts'

const CERTIFICATE_SUBJECTS = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
] as const

/** One certificate subject for `tls_client_auth`, none for other methods. @see RFC 8705 §2.1.2 */
const checkCertificateSubject: CrossRule = (metadata) => {
  const used = CERTIFICATE_SUBJECTS.filter((name) => metadata[name] !== undefined)
  if (metadata.token_endpoint_auth_method !== 'tls_client_auth') {
    for (const name of used) delete metadata[name]
    return
  }
  if (used.length === 0) {
    refuse(
      'tls_client_auth_subject_dn',
      'or one of the tls_client_auth_san_ properties is mandatory for tls_client_auth',
    )
  }
  if (used.length > 1)
    refuse(used.join(', '), 'must not be used together; tls_client_auth compares one of them')
}

/** What a browser carries off is bound to no certificate of the client's. @see RFC 8705 §3, RFC 6749 §4.2 */
const checkBoundResponses: CrossRule = (metadata) => {
  if (!metadata.tls_client_certificate_bound_access_tokens) return
  const { response_types: types = [] } = metadata
  if (types.some((type) => yieldsToken(type)))
    refuse(
      'response_types',
      'must not yield access tokens where tls_client_certificate_bound_access_tokens is true',
    )
}

export const mtlsMetadata: FeatureMetadata = {
  rows: [
    // RFC 8705 §2.1.2, §3.4
    { name: 'tls_client_auth_subject_dn', type: 'string', needs: ['mTLS.tlsClientAuth'] },
    { name: 'tls_client_auth_san_dns', type: 'string', needs: ['mTLS.tlsClientAuth'] },
    { name: 'tls_client_auth_san_uri', type: 'string', needs: ['mTLS.tlsClientAuth'] },
    { name: 'tls_client_auth_san_ip', type: 'string', needs: ['mTLS.tlsClientAuth'] },
    { name: 'tls_client_auth_san_email', type: 'string', needs: ['mTLS.tlsClientAuth'] },
    {
      name: 'tls_client_certificate_bound_access_tokens',
      type: 'boolean',
      needs: ['mTLS.certificateBoundAccessTokens'],
      default: false,
    },
  ],
  completions: [checkCertificateSubject],
  crossRules: [checkBoundResponses],
}
