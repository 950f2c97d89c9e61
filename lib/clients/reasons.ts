import { defineReasons } from '../helpers/reasons/define_reasons.ts'

/** Who the client is. */
export const CLIENT = defineReasons('client', {
  invalid: {
    section: 'RFC 6749 §5.2',
    when: 'The client is stored, and its metadata break a rule that holds now.',
    remedy: '`error_detail` names the rule. Mend what is stored, or what the options have changed.',
  },
  not_found: {
    section: 'RFC 6749 §5.2',
    when: 'No client has this `client_id`.',
    remedy: 'Compare it with `clients` and with what the adapter finds: environments are easily mixed up.',
  },
  secret_expired: {
    section: 'RFC 7591 §3.2.1',
    when: 'The secret that something is signed or encrypted with is past its `client_secret_expires_at`.',
    remedy: 'Register a new secret.',
  },
})

/** What clients say about themselves. */
export const CLIENT_METADATA = defineReasons('client_metadata', {
  algorithm_unserved: {
    section: 'RFC 7591 §3.2.2',
    when: 'The client wants an algorithm that no key of the provider can sign with.',
    remedy: 'Add a key to `jwks`, or set another algorithm for the client or in `clientDefaults`.',
  },
  not_object: {
    section: 'RFC 7591 §3.1',
    when: 'Metadata are no object.',
    remedy: 'Send, or store, an object.',
  },
  redirect_uris_invalid: {
    section: 'RFC 7591 §3.2.2',
    when: 'A `redirect_uris` breaks a rule, which the description says.',
    remedy:
      'Web clients use https, native ones loopback or a scheme of their own; no fragments, no wildcards.',
  },
  sector_mismatch: {
    section: 'OpenID Connect Core 1.0 §8.1',
    when: 'What is at `sector_identifier_uri` does not list what the client redirects to.',
    remedy: 'Publish a JSON array with every redirect URI of the client there.',
  },
  sector_unreachable: {
    section: 'OpenID Connect Core 1.0 §8.1',
    when: '`sector_identifier_uri` could not be fetched.',
    remedy:
      '`error_detail` says why. Private addresses are not reached unless `allowSpecialUseAddresses` says so.',
  },
  value_invalid: {
    section: 'RFC 7591 §3.2.2',
    when: 'A member breaks a rule, which the description says.',
    remedy: 'See [client metadata](../reference/client_metadata.md).',
  },
})

/** Keys of clients. */
export const CLIENT_KEYS = defineReasons('client_keys', {
  no_encryption_key: {
    section: 'OpenID Connect Core 1.0 §10.2',
    when: 'Something has to be encrypted for the client, which has no key for it.',
    remedy: 'Add a key of that algorithm with `use: enc` to the `jwks` of the client.',
  },
  no_secret: {
    section: 'OpenID Connect Core 1.0 §10.1',
    when: 'A symmetric algorithm is used with a client that has no secret.',
    remedy: 'Give it a secret, or an asymmetric algorithm and `jwks`.',
  },
  unreachable: {
    section: 'OpenID Connect Core 1.0 §10.1.1',
    when: 'The `jwks_uri` of the client could not be fetched, or has no key set.',
    remedy:
      '`error_detail` says why. Private addresses are not reached unless `allowSpecialUseAddresses` says so.',
  },
})
