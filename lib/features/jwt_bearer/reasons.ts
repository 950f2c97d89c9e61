import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Assertions as grants. */
export const JWT_BEARER = defineReasons('jwt_bearer', {
  not_allowed: {
    section: 'RFC 7523 §3.1',
    when: '`features.jwtBearer.policy` said no.',
    remedy: 'Return whom it is about, if it is fine.',
  },
  replayed: {
    section: 'RFC 7523 §3 (7)',
    when: 'The assertion was used before.',
    remedy: 'The application gets a new one for each request.',
  },
})
