import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Dynamic registration and its management. */
export const REGISTRATION = defineReasons('registration', {
  client_gone: {
    section: 'RFC 7592 §2.1',
    when: 'The registration access token is for a client that was removed.',
    remedy: 'Register again.',
  },
  client_id_mismatch: {
    section: 'RFC 7592 §2.2',
    when: '`client_id` in the body is not the one of the registration.',
    remedy: 'Send what was issued.',
  },
  client_not_managed: {
    section: 'RFC 7592 §2',
    when: 'The client stands in `clients`, which nobody can change from outside.',
    remedy: 'Change the configuration.',
  },
  field_not_allowed: {
    section: 'RFC 7592 §2.2',
    when: 'The body has a member that the provider sets.',
    remedy: 'Leave it out.',
  },
  initial_token_not_found: {
    section: 'RFC 7591 §3',
    when: 'No initial access token of this value is stored.',
    remedy: 'Issue one (`new provider.InitialAccessToken`).',
  },
  initial_token_used_up: {
    section: 'RFC 7591 §3',
    when: 'The initial access token was used up, or has expired.',
    remedy: 'Issue a new one.',
  },
  initial_token_wrong: {
    section: 'RFC 7591 §3',
    when: 'The token is not that of `features.registration.initialAccessToken`.',
    remedy: 'Compare both.',
  },
  removed_meanwhile: {
    section: 'RFC 7592 §2',
    when: 'The client or the token was removed by another request.',
    remedy: 'Register again.',
  },
  secret_mismatch: {
    section: 'RFC 7592 §2.2',
    when: '`client_secret` in the body is not the one that was issued.',
    remedy: 'Send it as it was issued, or leave it out.',
  },
  token_not_found: {
    section: 'RFC 7592 §2.1',
    when: 'No registration access token of this value is stored.',
    remedy: 'It is replaced at each update where `rotateRegistrationAccessToken` is on: store the new one.',
  },
  token_of_another_client: {
    section: 'RFC 7592 §2.1',
    when: 'The token was used for another client, and was revoked.',
    remedy: 'Use each token at its own URL only.',
  },
})
