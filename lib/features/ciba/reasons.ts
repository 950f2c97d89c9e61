import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Backchannel authentication. */
export const BACKCHANNEL = defineReasons('ciba', {
  account_not_found: {
    section: 'OpenID Connect CIBA Core 1.0 §13',
    when: 'The hint leads to an account that `findAccount` does not find.',
    remedy: 'Return the id that `findAccount` knows.',
  },
  binding_message_invalid: {
    section: 'OpenID Connect CIBA Core 1.0 §7.1',
    when: '`binding_message` is long, or has other than plain characters.',
    remedy: 'The client sends a short one, or `features.ciba.validateBindingMessage` allows more.',
  },
  client_is_public: {
    section: 'OpenID Connect CIBA Core 1.0 §4',
    when: 'The client has no credentials.',
    remedy: 'Give it a `token_endpoint_auth_method` other than `none`.',
  },
  expiry_malformed: {
    section: 'OpenID Connect CIBA Core 1.0 §7.1',
    when: '`requested_expiry` is no positive whole number.',
    remedy: 'The client sends digits.',
  },
  hint_about_another: {
    section: 'OpenID Connect CIBA Core 1.0 §7.1',
    when: '`id_token_hint` is about another account than the one that was found.',
    remedy: 'The client sends an ID Token that it got itself.',
  },
  hint_unknown: {
    section: 'OpenID Connect CIBA Core 1.0 §13',
    when: 'The hint leads to nobody.',
    remedy: 'See `features.ciba.processLoginHint` and `processLoginHintToken`.',
  },
  hints_count: {
    section: 'OpenID Connect CIBA Core 1.0 §7.1',
    when: 'There is no hint who is to be asked, or more than one.',
    remedy: 'The client sends exactly one.',
  },
  notification_token_malformed: {
    section: 'OpenID Connect CIBA Core 1.0 §7.1',
    when: '`client_notification_token` is no bearer token.',
    remedy: 'The client sends up to 1024 characters of base64.',
  },
  openid_scope_missing: {
    section: 'OpenID Connect CIBA Core 1.0 §7.1',
    when: '`scope` has no `openid`.',
    remedy: 'The client adds it.',
  },
  request_not_found: {
    section: 'OpenID Connect CIBA Core 1.0 §11',
    when: 'No request of this `auth_req_id` is stored.',
    remedy: 'The client starts again.',
  },
  request_not_signed: {
    section: 'OpenID Connect CIBA Core 1.0 §7.1.1',
    when: 'The client has said that it signs its requests, and this one is not signed.',
    remedy: 'Send a request object, or remove `backchannel_authentication_request_signing_alg`.',
  },
  subject_is_another: {
    section: 'OpenID Connect Core 1.0 §5.5.1',
    when: '`claims` asks for the `sub` of another account than the one that was found.',
    remedy: 'The client sends the hint and the `sub` of one person.',
  },
  too_many_attempts: {
    section: 'OpenID Connect CIBA Core 1.0 §13',
    when: 'Too many wrong user codes were tried for this person.',
    remedy: 'Wait; see [guessing](../guessing.md).',
  },
})
