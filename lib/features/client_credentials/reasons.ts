import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Tokens of clients themselves. */
export const CLIENT_CREDENTIALS = defineReasons('client_credentials', {
  scope_about_people: {
    section: 'RFC 6749 §4.4',
    when: 'A scope is about a person, and there is none.',
    remedy: 'The application leaves `openid` and `offline_access` out.',
  },
})
