import { X509Certificate } from 'node:crypto'
import type { Features } from '../../../types/features/index.ts'
import type { TLSClientAuthProperty } from '../../../types/features/mtls.ts'
import type { Resolved } from '../../configuration/resolved_configuration.ts'
import { defineProviderMembers } from '../define_feature.ts'
import { hasSubject } from './has_subject.ts'
import { readCertificate } from './read_certificate.ts'

declare module '../../configuration/resolved_configuration.ts' {
  interface SpecialFeatures {
    mTLS: Resolved<Omit<Features['mTLS'], 'ack'>, 'aliasOrigin'>
  }
}

declare module '../../engine/context.ts' {
  interface UnderstoodRequest {
    /** The certificate that the client used for the request. */
    clientCertificate?: X509Certificate
  }
}

declare module '../../engine/runtime.ts' {
  interface FeatureMembers {
    /**
     * Whether a certificate names the subject that a client registered, by the rules of RFC 8705 §2.1.2: for
     * `features.mTLS.certificateSubjectMatches`. Text is the same character by character, and no wildcard or part of a
     * name counts. That the certificate comes from an authority is another question.
     * @example provider.certificateHasSubject(pem, 'tls_client_auth_san_dns', 'orders.example.com')
     */
    certificateHasSubject(
      certificate: X509Certificate | string,
      property: TLSClientAuthProperty,
      expected: string,
    ): boolean
  }
}

export const mtlsProvider = defineProviderMembers(() => ({
  certificateHasSubject: {
    value(given: X509Certificate | string, property: TLSClientAuthProperty, expected: string): boolean {
      const certificate = given instanceof X509Certificate ? given : readCertificate(String(given))
      return certificate !== undefined && hasSubject(certificate, property, expected)
    },
  },
}))
