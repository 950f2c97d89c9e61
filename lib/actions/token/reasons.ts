import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Token requests of every kind. */
export const TOKEN_REQUEST = defineReasons('token_request', {
  client_is_public: {
    section: 'RFC 6749 §2.1',
    when: 'A client without credentials used a grant type for clients that have them.',
    remedy: 'Give the client a `token_endpoint_auth_method` other than `none`.',
  },
  expired_meanwhile: {
    section: 'RFC 6749 §5.2',
    when: 'What tokens were asked for with expired, or was revoked, while the request ran.',
    remedy: 'The application starts again with the person.',
  },
  grant_type_not_allowed: {
    section: 'RFC 6749 §5.2',
    when: 'The client must not use this grant type.',
    remedy: 'Add it to `grant_types` of the client.',
  },
  grant_type_unsupported: {
    section: 'RFC 6749 §5.2',
    when: 'There is no such grant type.',
    remedy:
      'Turn on its feature, or register it (`registerGrantType`); see [grant types](../reference/protocol.md#grant-types).',
  },
  scope_not_allowed: {
    section: 'RFC 6749 §3.3',
    when: 'A scope goes beyond what may be asked for here.',
    remedy: 'Compare with `scope` of the client, and with that of the resource server.',
  },
  scope_unknown: {
    section: 'RFC 6749 §3.3',
    when: 'None of the scopes is one that is known here.',
    remedy: 'Add them to `scopes`, or to the resource server; have the application name it by `resource`.',
  },
  target_unresolved: {
    section: 'RFC 8707 §2',
    when: 'A `resource` was named, and nothing here resolves it.',
    remedy: 'Turn on [resource indicators](../reference/features.md), and describe the resource server.',
  },
  used_concurrently: {
    section: 'RFC 6749 §10.5',
    when: 'Another request used the same code or token a moment before.',
    remedy: 'The application uses it twice at once: one request is enough. Others may have stolen it.',
  },
  used_before: {
    section: 'RFC 6749 §10.5',
    when: 'Something that counts once was used before.',
    remedy: 'The application gets a new one.',
  },
})

/** Authorization codes. */
export const CODE = defineReasons('authorization_code', {
  expired: {
    section: 'RFC 6749 §4.1.2',
    when: 'The code is older than `ttl.AuthorizationCode`.',
    remedy: 'The application exchanges it at once. Compare the clocks of processes.',
  },
  not_found: {
    section: 'RFC 6749 §5.2',
    when: 'No code of this value is stored: it never was, is long past, or its grant was revoked.',
    remedy:
      'Look whether the adapter is shared by all processes, and whether the application changes the value.',
  },
  of_another_client: {
    section: 'RFC 6749 §5.2',
    when: 'The code was issued to another client.',
    remedy: 'The application exchanges it under the `client_id` it asked with.',
  },
  redirect_uri_mismatch: {
    section: 'RFC 6749 §4.1.3',
    when: 'The `redirect_uri` is not the one of the authorization request.',
    remedy: 'The application sends the same text both times.',
  },
  replayed: {
    section: 'RFC 6749 §4.1.2, §10.5',
    when: 'The code was used before; everything that it led to was revoked.',
    remedy:
      'A callback that is loaded twice does this: keep codes out of what a reload repeats. Otherwise somebody has stolen it.',
  },
  used_up_by_failure: {
    section: 'RFC 6749 §4.1.2',
    when: 'Storage took a write after its deadline: the code is used, and nobody has what it was exchanged for.',
    remedy: 'The application starts again. Look at the latency of your storage.',
  },
})

/** Refresh tokens. */
export const REFRESH_TOKEN = defineReasons('refresh_token', {
  expired: {
    section: 'RFC 6749 §5.2',
    when: 'The token is older than `ttl.RefreshToken`.',
    remedy: 'The application starts again with the person.',
  },
  not_found: {
    section: 'RFC 6749 §5.2',
    when: 'No token of this value is stored: it never was, is long past, or was revoked.',
    remedy: 'The application starts again with the person. Look whether storage is shared by all processes.',
  },
  of_another_client: {
    section: 'RFC 6749 §10.4',
    when: 'The token was issued to another client.',
    remedy: 'The application uses it under the `client_id` it got it with.',
  },
  replayed: {
    section: 'RFC 9700 §4.14.2',
    when: 'The token was replaced before; everything of its grant was revoked.',
    remedy:
      'The application stores the new token before it uses it, and never refreshes twice at once; `refreshTokenReuseWindow` forgives some of that. Otherwise somebody has stolen it.',
  },
  scope_exceeds: {
    section: 'RFC 6749 §6',
    when: 'More was asked for than the token holds.',
    remedy: 'The application asks for the same or less, or starts again with the person.',
  },
  sender_unproven: {
    section: 'RFC 9700 §4.14.2',
    when: 'The token is bound to a key or certificate that was not proven.',
    remedy: 'The application sends the proof that it sent when it got the token.',
  },
  used_up_by_failure: {
    section: 'RFC 6749 §6',
    when: 'Storage took a write after its deadline: the token is used, and nobody has its successor.',
    remedy: 'The application starts again. Look at the latency of your storage.',
  },
})

/** Codes that are polled for while a person decides elsewhere. */
export const POLLED = defineReasons('polled_code', {
  expired: {
    section: 'RFC 8628 §3.5',
    when: 'Nobody decided in time.',
    remedy: 'The client starts again.',
  },
  of_another_client: {
    section: 'RFC 6749 §5.2',
    when: 'The code was issued to another client.',
    remedy: 'The client polls under the `client_id` it asked with.',
  },
  pending: {
    section: 'RFC 8628 §3.5',
    when: 'Nobody has decided yet.',
    remedy: 'Nothing: the client goes on polling.',
  },
  refused: {
    section: 'RFC 8628 §3.5',
    when: 'The person, or the host, said no.',
    remedy: 'The code and description are those of the decision.',
  },
  replayed: {
    section: 'RFC 6749 §10.5',
    when: 'The code was used before; everything that it led to was revoked.',
    remedy: 'The client stops polling once it has tokens. Otherwise somebody has stolen the code.',
  },
  too_fast: {
    section: 'RFC 8628 §3.5',
    when: 'The client polls faster than it was told.',
    remedy: 'The client waits five seconds longer each time.',
  },
  used_up_by_failure: {
    section: 'RFC 8628 §3.5',
    when: 'Storage took a write after its deadline: the code is used, and nobody has what it was exchanged for.',
    remedy: 'The client starts again. Look at the latency of your storage.',
  },
})
