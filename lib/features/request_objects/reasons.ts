import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Request objects. */
export const REQUEST_OBJECT = defineReasons('request_object', {
  algorithm_not_allowed: {
    section: 'RFC 9101 §6.2',
    when: 'Its `alg` is not what the client registered, or none that is enabled.',
    remedy:
      'Set `request_object_signing_alg` of the client, or extend `enabledJWA.requestObjectSigningAlgValues`.',
  },
  audience_mismatch: {
    section: 'RFC 9101 §4',
    when: '`aud` is not this issuer.',
    remedy: 'The application puts the issuer there, as discovery has it.',
  },
  both_ways: {
    section: 'OpenID Connect Core 1.0 §6.1',
    when: '`request` and `request_uri` were sent at once.',
    remedy: 'The application sends one of them.',
  },
  claim_malformed: {
    section: 'RFC 9101 §4',
    when: 'A claim is of another type than its parameter has.',
    remedy: 'The description names it. Parameters are texts inside, too.',
  },
  client_mismatch: {
    section: 'RFC 9101 §5',
    when: '`client_id`, `iss` or `response_type` inside is not what stands beside it.',
    remedy: 'The application puts the same in both.',
  },
  encryption_unsupported: {
    section: 'RFC 9101 §6.1',
    when: 'It is encrypted, and `features.encryption` is off, or it must not be here.',
    remedy: 'Turn it on, or have the application sign only.',
  },
  expired: {
    section: 'RFC 9101 §10.2',
    when: 'It is past its `exp`.',
    remedy: 'The application makes one for each request; compare the clocks.',
  },
  in_future: {
    section: 'RFC 9101 §4',
    when: '`nbf` or `iat` is ahead of the clock here.',
    remedy: 'Compare the clocks, see `clockTolerance`.',
  },
  lifetime_too_long: {
    section: 'FAPI 2.0 Message Signing §5.3.1',
    when: '`exp` is more than an hour ahead, or after `nbf`, under a profile that bounds it; or, with a `jti`, more than a day ahead.',
    remedy: 'The application makes it for a shorter time.',
  },
  missing: {
    section: 'RFC 9101 §10.5',
    when: 'The client has to send its requests as request objects.',
    remedy: 'The application does so, or remove `require_signed_request_object`.',
  },
  nested: {
    section: 'RFC 9101 §4',
    when: 'It holds `request` or `request_uri`.',
    remedy: 'The application leaves them out inside.',
  },
  not_decrypted: {
    section: 'RFC 9101 §6.1',
    when: 'It could not be decrypted.',
    remedy: 'The application encrypts to a key of `jwks_uri` of this provider; `error_detail` says more.',
  },
  not_signed: {
    section: 'RFC 9101 §10.1',
    when: 'It has to be signed, and is not.',
    remedy: 'The application signs it; `allowUnsigned` is for old clients.',
  },
  replayed: {
    section: 'RFC 9101 §10.1',
    when: 'It was used before.',
    remedy: 'The application makes a new one for each request, with a `jti` of its own.',
  },
  required_claim_missing: {
    section: 'RFC 9101 §4',
    when: 'A claim that is needed here is missing.',
    remedy: 'The description names it.',
  },
  subject_is_client: {
    section: 'RFC 9101 §10.8',
    when: '`sub` is the `client_id`: it could be used as a client assertion.',
    remedy: 'The application leaves `sub` out.',
  },
  type_unexpected: {
    section: 'RFC 8725 §3.11',
    when: 'Its `typ` is that of a JWT for another purpose.',
    remedy: 'The application uses `oauth-authz-req+jwt`, `JWT` or none.',
  },
  unverified: {
    section: 'RFC 9101 §6.2',
    when: 'It is no JWT, or no key of the client has made the signature.',
    remedy: '`error_detail` says why: its `jwks` may lag behind a rotation.',
  },
  uri_malformed: {
    section: 'RFC 9101 §5.2',
    when: '`request_uri` is no http(s) URI of at most 512 characters.',
    remedy: 'The application sends the URL itself.',
  },
  uri_unreachable: {
    section: 'RFC 9101 §5.2',
    when: 'Nothing could be loaded from `request_uri`.',
    remedy:
      '`error_detail` says why. Private addresses are not reached unless `allowSpecialUseAddresses` says so.',
  },
  uri_unregistered: {
    section: 'RFC 9101 §10.4.1',
    when: 'The client has not registered this `request_uri`.',
    remedy: 'Add it to `request_uris` of the client.',
  },
})
