import { defineFeature } from '../define_feature.ts'
import { selfSignedTlsClientAuth, tlsClientAuth } from './authentications.ts'
import { proveCertificate, provePresentedCertificate } from './bound_tokens.ts'
import { checkAliasOrigin } from './check_options.ts'
import { endpointAliases } from './endpoint_aliases.ts'

/** Functions that only the host can write: it knows where TLS ends. */
const notConfigured = (name: string) => () => {
  throw new Error(`features.mTLS.${name} function not configured`)
}

export const mTLS = defineFeature({
  name: 'mTLS',
  spec: 'RFC 8705',
  defaults: {
    enabled: false,
    aliasOrigin: undefined,
    certificateAuthorized: notConfigured('certificateAuthorized'),
    certificateBoundAccessTokens: false,
    certificateSubjectMatches: notConfigured('certificateSubjectMatches'),
    getCertificate: notConfigured('getCertificate'),
    selfSignedTlsClientAuth: false,
    tlsClientAuth: false,
  },
  check: ({ aliasOrigin }) => checkAliasOrigin(aliasOrigin),
  clientAuthMethods: (options) => [
    ...(options.selfSignedTlsClientAuth ? (['self_signed_tls_client_auth'] as const) : []),
    ...(options.tlsClientAuth ? (['tls_client_auth'] as const) : []),
  ],
  contribute: (options, has) => ({
    clientAuthentications: [
      ...(options.selfSignedTlsClientAuth ? [selfSignedTlsClientAuth] : []),
      ...(options.tlsClientAuth ? [tlsClientAuth] : []),
    ],
    ...(options.certificateBoundAccessTokens
      ? { steps: { token_binding: [proveCertificate], presented_token: [provePresentedCertificate] } }
      : {}),
    ...(options.aliasOrigin === undefined ? {} : { aliasOrigins: [options.aliasOrigin] }),
    metadata: (urlFor) => ({
      ...(options.certificateBoundAccessTokens ? { tls_client_certificate_bound_access_tokens: true } : {}),
      ...endpointAliases(options.aliasOrigin, has, urlFor),
    }),
  }),
})
