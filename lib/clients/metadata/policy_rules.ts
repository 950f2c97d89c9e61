import type { CrossRule } from './descriptor.ts'
import { refuse } from './refuse.ts'

/** What the provider demands of every client is part of every client. @see RFC 9126 §5, RFC 9101 §10.5 */
export const enforcePolicies: CrossRule = (metadata, { flags }) => {
  if (flags.has('pushedAuthorizationRequests.requirePushedAuthorizationRequests')) {
    metadata.require_pushed_authorization_requests = true
  }
  if (flags.has('requestObjects.requireSignedRequestObject')) metadata.require_signed_request_object = true
}

const CERTIFICATE_SUBJECTS = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
] as const

/** One certificate subject for `tls_client_auth`, none for other methods. @see RFC 8705 §2.1.2 */
export const checkCertificateSubject: CrossRule = (metadata) => {
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

/** @see RFC 8705 §3, RFC 9449 §5 */
export const checkTokenBinding: CrossRule = (metadata) => {
  if (metadata.tls_client_certificate_bound_access_tokens && metadata.dpop_bound_access_tokens) {
    refuse('tls_client_certificate_bound_access_tokens', 'and dpop_bound_access_tokens must not both be true')
  }
}
