import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** How clients prove who they are. */
export const CLIENT_AUTH = defineReasons('client_auth', {
  basic_malformed: {
    section: 'RFC 6749 §2.3.1',
    when: 'The credentials in the header `Authorization` cannot be read.',
    remedy: 'Identifier and secret are form-encoded, joined by a colon, and that in base64.',
  },
  ids_differ: {
    section: 'RFC 6749 §2.3.1',
    when: 'The `client_id` of the body is another one than that of the header.',
    remedy: 'The application leaves `client_id` out of the body.',
  },
  method_mismatch: {
    section: 'RFC 6749 §2.3',
    when: 'The client authenticates by another method than it has registered.',
    remedy:
      'Set `token_endpoint_auth_method` of the client to what it does, or have the application do what is registered.',
  },
  missing: {
    section: 'RFC 6749 §3.2.1',
    when: 'The request says in no way which client sends it.',
    remedy: 'The application sends its credentials. Proxies may drop the header `Authorization`.',
  },
  origin_not_allowed: {
    section: 'RFC 9700 §2.6',
    when: 'A browser calls from an origin that `clientBasedCORS` does not allow for this client.',
    remedy: 'Return `true` for origins of the client.',
  },
  secret_expired: {
    section: 'RFC 7591 §3.2.1',
    when: 'The secret is past its `client_secret_expires_at`.',
    remedy: 'Issue a new secret.',
  },
  secret_key_wrong: {
    section: 'OpenID Connect Core 1.0 §10.1',
    when: 'Something was not signed or encrypted with the secret of the client.',
    remedy: 'Compare the secret on both sides.',
  },
  secret_missing: {
    section: 'RFC 6749 §2.3.1',
    when: 'The header `Authorization` holds an identifier and an empty secret.',
    remedy:
      'The application reads its secret from a place that is empty. Public clients send `client_id` in the body.',
  },
  secret_wrong: {
    section: 'RFC 6749 §2.3.1',
    when: 'The secret is not that of the client.',
    remedy: 'Compare it on both sides; characters such as `+` and `%` have to be form-encoded in the header.',
  },
  several: {
    section: 'RFC 6749 §2.3',
    when: 'The client authenticates in more than one way at once.',
    remedy: 'The application uses one: a library may add the header by itself.',
  },
  too_many_attempts: {
    section: 'RFC 6819 §5.1.4.2.3',
    when: 'Too many wrong secrets came from this address.',
    remedy: 'See [guessing](../guessing.md). Behind a proxy set `provider.proxy`.',
  },
})

/** JWTs by which clients authenticate. */
export const ASSERTION = defineReasons('client_assertion', {
  algorithm_not_allowed: {
    section: 'OpenID Connect Core 1.0 §9',
    when: 'The `alg` is not what the client registered, or none that is enabled for its method.',
    remedy:
      'Set `token_endpoint_auth_signing_alg` of the client, or extend `enabledJWA.clientAuthSigningAlgValues`.',
  },
  audience_malformed: {
    section: 'RFC 7523 §3 (3)',
    when: '`aud` is no text, or a long list.',
    remedy: 'The application puts the issuer there.',
  },
  audience_mismatch: {
    section: 'RFC 7523 §3 (3)',
    when: '`aud` is none of the names of this provider.',
    remedy: 'The application puts the issuer there, as discovery has it: scheme, host, port and path count.',
  },
  client_id_mismatch: {
    section: 'RFC 7521 §4.2',
    when: 'The `client_id` beside the assertion is not its `sub`.',
    remedy: 'The application leaves `client_id` out, or sends its own.',
  },
  exp_missing: {
    section: 'RFC 7523 §3 (4)',
    when: 'It does not say when it ends.',
    remedy: 'The application adds `exp`, a minute or so ahead.',
  },
  expired: {
    section: 'RFC 7523 §3 (4)',
    when: 'It is past its `exp`.',
    remedy: 'The application makes one for each request; compare the clocks, see `clockTolerance`.',
  },
  in_future: {
    section: 'RFC 7523 §3 (5), (6)',
    when: '`nbf` or `iat` is ahead of the clock here.',
    remedy: 'Compare the clocks, see `clockTolerance`.',
  },
  jti_malformed: {
    section: 'RFC 7523 §3 (7)',
    when: '`jti` is missing, no text or very long.',
    remedy: 'The application adds a random one to each assertion.',
  },
  lifetime_too_long: {
    section: 'RFC 7523 §3 (4)',
    when: '`exp` is further ahead than `clientAssertionLifetime`.',
    remedy: 'The application sets `exp` a minute or so ahead.',
  },
  not_jwt: {
    section: 'RFC 7523 §3',
    when: 'It is no compact JWT with claims.',
    remedy: 'The application sends the signed JWT itself.',
  },
  party_mismatch: {
    section: 'RFC 7523 §3 (1), (2)',
    when: '`iss` or `sub` is not the `client_id`.',
    remedy: 'The application puts its `client_id` in both.',
  },
  replayed: {
    section: 'RFC 7523 §3 (7)',
    when: 'An assertion with this `jti` was used before.',
    remedy: 'The application makes a new one for each request, retries included.',
  },
  signature_invalid: {
    section: 'RFC 7523 §3 (9)',
    when: 'No key of the client has made the signature.',
    remedy:
      '`error_detail` says why: its `jwks` or `jwks_uri` may lag behind a rotation, or `kid` name another key.',
  },
  subject_missing: {
    section: 'RFC 7523 §3 (2)',
    when: 'It does not say whose it is.',
    remedy: 'The application puts its `client_id` in `sub`.',
  },
  time_malformed: {
    section: 'RFC 7519 §2',
    when: '`exp`, `nbf` or `iat` is no number.',
    remedy: 'Times are seconds since 1970, as numbers.',
  },
  too_long: {
    section: 'RFC 7523 §2.2',
    when: 'It is longer than any assertion needs to be.',
    remedy: 'Look at what the application puts into it.',
  },
  type_unexpected: {
    section: 'RFC 8725 §3.11',
    when: 'Its `typ` is that of a JWT for another purpose.',
    remedy: 'The application uses `client-authentication+jwt`, `JWT` or none.',
  },
  type_unsupported: {
    section: 'RFC 7521 §4.2',
    when: '`client_assertion_type` is another one than that of JWTs.',
    remedy: 'The application sends `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.',
  },
})
