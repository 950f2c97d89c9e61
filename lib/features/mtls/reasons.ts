import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Certificates of clients. */
export const MTLS = defineReasons('mtls', {
  certificate_expired: {
    section: 'RFC 5280 §6.1.3 (a) (2)',
    when: 'The certificate has expired, or is not valid yet.',
    remedy: 'Renew it; compare the clocks.',
  },
  certificate_missing: {
    section: 'RFC 8705 §2, §3',
    when: 'The client showed no certificate, or it does not arrive here.',
    remedy: 'The proxy has to ask for it and pass it on; `features.mTLS.getCertificate` has to find it.',
  },
  certificate_unreadable: {
    section: 'RFC 8705 §6.5',
    when: 'What `features.mTLS.getCertificate` returned is no certificate.',
    remedy: 'Return PEM text (decoded, where the proxy encodes it) or an `X509Certificate`.',
  },
  certificate_unverified: {
    section: 'RFC 8705 §2.1',
    when: '`features.mTLS.certificateAuthorized` says that no authority vouches for it.',
    remedy: 'Look at what the proxy checks, and says about it.',
  },
  key_unregistered: {
    section: 'RFC 8705 §2.2',
    when: 'The certificate is none of the registered keys of the client.',
    remedy: 'Register it in `jwks` with its `x5c`, or publish it at `jwks_uri`.',
  },
  subject_mismatch: {
    section: 'RFC 8705 §2.1',
    when: 'The subject of the certificate is another one than registered.',
    remedy: 'Compare both: the order of names counts, and the spelling does not.',
  },
  subject_unregistered: {
    section: 'RFC 8705 §2.1.2',
    when: 'The client has registered no subject.',
    remedy: 'Set one of its `tls_client_auth_*`.',
  },
})
