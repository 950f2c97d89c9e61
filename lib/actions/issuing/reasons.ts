import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** What tokens stand on. */
export const GRANT = defineReasons('grant', {
  account_not_found: {
    section: 'OpenID Connect Core 1.0 §5.3.3',
    when: '`findAccount` does not find the account any more.',
    remedy:
      'It was deleted or locked, or `findAccount` looks for another identifier than the screens logged in.',
  },
  not_found: {
    section: 'RFC 7009 §2.1',
    when: 'The grant is gone: revoked, expired, or never stored.',
    remedy: 'The application starts again. `ttl.Grant` must not be shorter than that of tokens.',
  },
  not_of_session: {
    section: 'OpenID Connect Core 1.0 §11',
    when: 'The session that the token ends with has another grant for this client now.',
    remedy: 'The application starts again, or asks for `offline_access`.',
  },
  of_another_account: {
    section: 'RFC 6749 §5.2',
    when: 'The grant is one of another account.',
    remedy: 'Screens must not finish an interaction with the grant of somebody else.',
  },
  of_another_client: {
    section: 'RFC 6749 §5.2',
    when: 'The grant is one for another client.',
    remedy: 'Screens must not finish an interaction with the grant for something else.',
  },
  origin_gone: {
    section: 'RFC 7009 §2.1',
    when: 'What this was exchanged for was revoked.',
    remedy: 'The application starts again.',
  },
  session_not_found: {
    section: 'OpenID Connect Core 1.0 §11',
    when: 'The person logged out, and the token ends with the session.',
    remedy: 'The application asks for `offline_access`, or see `expiresWithSession`.',
  },
  session_of_another_account: {
    section: 'OpenID Connect Core 1.0 §11',
    when: 'Somebody else is logged in in the session that the token ends with.',
    remedy: 'The application starts again.',
  },
})

/** Keys and certificates that tokens are bound to. */
export const SENDER = defineReasons('sender', {
  several: {
    section: 'RFC 8705 §3, RFC 9449 §5',
    when: 'A key and a certificate were proven at once.',
    remedy: 'The application proves the one that the client is registered for.',
  },
  unproven: {
    section: 'RFC 9700 §2.2.1',
    when: 'Tokens have to be bound to their sender here, and nothing was proven.',
    remedy: 'The application proves a key or a certificate.',
  },
})
