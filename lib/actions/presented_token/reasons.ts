import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Tokens that clients ask about, or give back. */
export const TOKEN_PARAMETER = defineReasons('token_parameter', {
  is_jwt: {
    section: 'RFC 7009 §2.2.1',
    when: 'The `token` is a JWT access token, which is not stored.',
    remedy: 'APIs check JWTs themselves. Give them a short life, or use opaque tokens.',
  },
})
