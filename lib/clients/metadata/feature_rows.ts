import type { MetadataRow } from './descriptor.ts'

/** What clients may say while an optional feature is on. */
export const featureRows: readonly MetadataRow[] = [
  // OpenID Connect RP-Initiated Logout 1.0 §3.1
  { name: 'post_logout_redirect_uris', type: 'strings', needs: ['rpInitiatedLogout'], default: [] },
  // RFC 9101 §10.5 and OpenID Connect Dynamic Client Registration 1.0 §2
  { name: 'require_signed_request_object', type: 'boolean', needs: ['requestObjects'], default: false },
  { name: 'request_uris', type: 'httpsUris', needs: ['requestObjects.requestUri'], default: [] },
  // RFC 9126 §6
  {
    name: 'require_pushed_authorization_requests',
    type: 'boolean',
    needs: ['pushedAuthorizationRequests'],
    default: false,
  },
  // OpenID Connect Back-Channel Logout 1.0 §2.2
  { name: 'backchannel_logout_uri', type: 'webUri', needs: ['backchannelLogout'] },
  {
    name: 'backchannel_logout_session_required',
    type: 'boolean',
    needs: ['backchannelLogout'],
    default: false,
  },
  // OpenID Connect CIBA Core 1.0 §4
  {
    name: 'backchannel_token_delivery_mode',
    type: 'string',
    needs: ['ciba'],
    allowed: ({ features }) => features.ciba?.deliveryModes ?? [],
  },
  { name: 'backchannel_client_notification_endpoint', type: 'httpsUri', needs: ['ciba'] },
  {
    name: 'backchannel_authentication_request_signing_alg',
    type: 'string',
    needs: ['ciba', 'requestObjects.request'],
    allowed: ({ enabledJWA }) =>
      [...enabledJWA.requestObjectSigningAlgValues].filter((alg) => alg !== 'none' && !alg.startsWith('HS')),
  },
  { name: 'backchannel_user_code_parameter', type: 'boolean', needs: ['ciba'], default: false },
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
  // RFC 9449 §5.2
  { name: 'dpop_bound_access_tokens', type: 'boolean', needs: ['dPoP'], default: false },
  // OAuth 2.0 Web Message Response Mode §5
  { name: 'web_message_uris', type: 'webUris', needs: ['webMessageResponseMode'], default: [] },
]
