import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Token exchange. */
export const EXCHANGE = defineReasons('token_exchange', {
  account_missing: {
    section: 'RFC 8693 §2.2.2',
    when: 'The subject is no account here, and the policy named none.',
    remedy: 'Return `{ accountId }` from `features.tokenExchange.policy`.',
  },
  actor_mismatch: {
    section: 'RFC 8693 §4.4',
    when: '`may_act` of the subject names somebody else.',
    remedy: 'Have the token issued for this actor.',
  },
  actor_token_missing: {
    section: 'RFC 8693 §2.1',
    when: '`actor_token_type` came without `actor_token`.',
    remedy: 'The application sends both, or neither.',
  },
  actor_unnamed: {
    section: 'RFC 8693 §4.1',
    when: 'The claim `act` of the token names nobody.',
    remedy: 'Look at what issued it.',
  },
  actors_too_many: {
    section: 'RFC 8693 §4.1',
    when: 'Too many have acted for the subject already.',
    remedy: 'Exchange an earlier token.',
  },
  audience_unknown: {
    section: 'RFC 8693 §2.1',
    when: '`audience` leads to no resource.',
    remedy: 'Return it from `features.tokenExchange.resourceOfAudience`.',
  },
  audiences_too_many: {
    section: 'RFC 8693 §2.1',
    when: 'There are too many `audience`.',
    remedy: 'The application asks for a token of each.',
  },
  client_gone: {
    section: 'RFC 8693 §2.2.2',
    when: 'The client that the token was issued to was removed.',
    remedy: 'Nothing: its tokens are worth nothing.',
  },
  exchanged_too_often: {
    section: 'RFC 8693 §2.2.2',
    when: 'The token comes from too many exchanges.',
    remedy: 'Exchange an earlier token.',
  },
  not_allowed: {
    section: 'RFC 8693 §2.2.2',
    when: '`features.tokenExchange.policy` said no.',
    remedy: 'Return `true`, if it is fine.',
  },
  not_here: {
    section: 'RFC 8693 §2.1',
    when: 'No key of this provider has signed the token, or its `iss` is another one.',
    remedy: 'Name its type as it is, and trust its issuer.',
  },
  requested_type_mismatch: {
    section: 'RFC 8693 §2.1',
    when: 'A JWT is asked for, and the resource server gets opaque tokens.',
    remedy: "Ask for `access_token`, or set `accessTokenFormat: 'jwt'`.",
  },
  requested_type_unsupported: {
    section: 'RFC 8693 §2.1',
    when: '`requested_token_type` is none that is issued.',
    remedy: 'The application asks for an access token.',
  },
  token_malformed: {
    section: 'RFC 8693 §2.2.2',
    when: 'A claim that is needed is missing from the token.',
    remedy: '`error_detail` names it.',
  },
  token_not_found: {
    section: 'RFC 8693 §2.2.2',
    when: 'No token of this value is stored: it expired or was revoked.',
    remedy: 'Get a new one.',
  },
  token_of_another_client: {
    section: 'RFC 8693 §2.2.2',
    when: 'The token was issued to another client, which alone may present it.',
    remedy: 'Present an access token in its place.',
  },
  token_used_before: {
    section: 'RFC 8693 §2.2.2',
    when: 'The refresh token was replaced before.',
    remedy: 'Present the one that replaced it.',
  },
  type_unsupported: {
    section: 'RFC 8693 §2.1, §3',
    when: '`subject_token_type` or `actor_token_type` is none that is taken.',
    remedy: 'The application names the type that the token has.',
  },
})
