import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** JWTs of issuers that the host trusts, and of this provider. */
export const ISSUED_JWT = defineReasons('issued_jwt', {
  algorithm_not_allowed: {
    section: 'RFC 7523 §3 (9)',
    when: 'Its `alg` is none that is allowed for its issuer.',
    remedy: 'Extend `algorithms` of the trusted issuer.',
  },
  audience_mismatch: {
    section: 'RFC 7523 §3 (3)',
    when: '`aud` does not name this provider.',
    remedy: 'Have it issued for this issuer, or for its token endpoint.',
  },
  expired: {
    section: 'RFC 7523 §3 (4)',
    when: 'It is past its `exp`.',
    remedy: 'Get a new one; compare the clocks, see `clockTolerance`.',
  },
  in_future: {
    section: 'RFC 7523 §3 (5), (6)',
    when: '`nbf` or `iat` is ahead of the clock here.',
    remedy: 'Compare the clocks, see `clockTolerance`.',
  },
  issuer_mismatch: {
    section: 'RFC 7523 §3 (1)',
    when: '`iss` is another one than that of the keys.',
    remedy: 'Look at what issued it.',
  },
  issuer_untrusted: {
    section: 'RFC 7523 §3 (1)',
    when: 'Its issuer is none of `trustedIssuers`.',
    remedy: 'Add it, if you trust it.',
  },
  lifetime_too_long: {
    section: 'RFC 7523 §3 (4)',
    when: '`exp` is further ahead than `clientAssertionLifetime`.',
    remedy: 'Have it issued for a shorter time.',
  },
  malformed: {
    section: 'RFC 7523 §3',
    when: 'A claim is missing, of another type or very long; or it is too long as a whole.',
    remedy: '`error_detail` names it.',
  },
  security_event: {
    section: 'RFC 8417 §2.2',
    when: 'It is a security event, such as a logout token.',
    remedy: 'Present another kind of token.',
  },
  sender_constrained: {
    section: 'RFC 7800 §3',
    when: 'It is bound to a key, which would get lost.',
    remedy: 'Present one that is bound to nothing.',
  },
  type_unexpected: {
    section: 'RFC 8725 §3.11',
    when: 'Its `typ` is that of a JWT for another purpose.',
    remedy: 'Present what the `..._token_type` says.',
  },
  unverified: {
    section: 'RFC 7523 §3 (9)',
    when: 'It cannot be read, or no key of its issuer has made the signature.',
    remedy: '`error_detail` says why: the `jwks_uri` of the issuer may be out of reach.',
  },
})
