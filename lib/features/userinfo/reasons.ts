import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** UserInfo. */
export const USERINFO = defineReasons('userinfo', {
  account_not_found: {
    section: 'OpenID Connect Core 1.0 §5.3.3',
    when: '`findAccount` does not find the account of the token.',
    remedy: 'It was deleted or locked, or `findAccount` looks for another identifier.',
  },
  client_not_found: {
    section: 'OpenID Connect Core 1.0 §5.3.3',
    when: 'The client of the token was removed.',
    remedy: 'Nothing: its tokens are worth nothing.',
  },
  openid_scope_missing: {
    section: 'OpenID Connect Core 1.0 §5.3.1',
    when: 'The token was issued without the scope `openid`.',
    remedy: 'The application asks for `openid`.',
  },
  scope_exceeds: {
    section: 'OpenID Connect Core 1.0 §5.3',
    when: 'The parameter `scope` asks for more than the token holds.',
    remedy: 'Ask for less.',
  },
  sender_unproven: {
    section: 'RFC 9449 §7.1, RFC 8705 §3',
    when: 'The token is bound to a key or certificate that was not proven.',
    remedy: 'The application sends the proof, or connects with its certificate.',
  },
  token_for_resource: {
    section: 'RFC 8707 §2.2',
    when: 'The token was issued for an API.',
    remedy: 'Get one without `resource`; `useGrantedResource` decides where that is left open.',
  },
  token_is_jwt: {
    section: 'RFC 9068 §2',
    when: 'The token is a JWT, which is made for an API.',
    remedy: 'Get one without `resource`.',
  },
  token_not_found: {
    section: 'RFC 6750 §3.1',
    when: 'No token of this value is stored: it expired, was revoked, or is another kind of token.',
    remedy: 'The application refreshes. An ID Token or a code is no access token.',
  },
})
