import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** Introspection. */
export const INTROSPECTION = defineReasons('introspection', {
  jwt_not_requested: {
    section: 'RFC 9701 §4',
    when: 'The client gets encrypted answers only, and did not ask for a JWT.',
    remedy: 'The API sends `Accept: application/token-introspection+jwt`.',
  },
})
