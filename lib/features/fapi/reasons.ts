import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** What the profiles of FAPI demand. */
export const FAPI = defineReasons('fapi', {
  answer_not_signed: {
    section: 'FAPI 2.0 Message Signing §5.4.1',
    when: 'The `response_mode` is none of JARM.',
    remedy: 'The application uses `response_mode=jwt`.',
  },
  authentication_not_allowed: {
    section: 'FAPI 2.0 Security Profile §5.3.2.1',
    when: 'The client authenticates by a secret, or not at all.',
    remedy: 'Give it a key or a certificate.',
  },
  context_missing: {
    section: 'FAPI: CIBA Profile §5.2.2',
    when: 'A backchannel request says nothing that the person could compare.',
    remedy: 'The client sends `binding_message` or `request_context`.',
  },
  nonce_or_state_missing: {
    section: 'FAPI 1.0 Part 1: Baseline §5.2.2.2, §5.2.2.3',
    when: 'The request has no `nonce`, or without `openid` no `state`.',
    remedy: 'The application sends a random one, and compares it.',
  },
  pkce_missing: {
    section: 'FAPI 2.0 Security Profile §5.3.2.2; FAPI 1.0 Part 2: Advanced §5.2.2 (18)',
    when: 'There is no `code_challenge` by S256.',
    remedy: 'Turn PKCE on in the client library.',
  },
  profile_changed: {
    section: 'FAPI 2.0 Security Profile §5.3.2.2',
    when: 'The request was pushed under another profile than the one in force where a browser brings it.',
    remedy: 'Have the function `features.fapi.profile` look at the client alone, or name none for browsers.',
  },
  redirect_not_encrypted: {
    section: 'FAPI 2.0 Security Profile §5.3.2.2; FAPI 1.0 Part 1: Baseline §5.2.2 (20)',
    when: 'The `redirect_uri` is http, and not that of a native application.',
    remedy: 'Use https.',
  },
  redirect_uri_missing: {
    section: 'FAPI 2.0 Security Profile §5.3.2.2; FAPI 1.0 Part 1: Baseline §5.2.2 (9)',
    when: 'The request does not name its `redirect_uri`.',
    remedy: 'The application sends it, also if it has one only.',
  },
  request_not_pushed: {
    section: 'FAPI 2.0 Security Profile §5.3.2.2',
    when: 'The browser brought the request itself.',
    remedy: 'The application pushes it first (RFC 9126).',
  },
  request_not_signed: {
    section: 'FAPI 2.0 Message Signing §5.3.1; FAPI: CIBA Profile §5.2.2',
    when: 'The request is no signed request object.',
    remedy: 'The application signs it.',
  },
  response_type_not_allowed: {
    section: 'FAPI 2.0 Security Profile §5.3.2.2',
    when: 'The `response_type` is not `code`.',
    remedy: 'The application uses `code`.',
  },
})
