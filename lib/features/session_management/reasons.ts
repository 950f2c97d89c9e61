import { defineReasons } from '../../helpers/reasons/define_reasons.ts'

/** The frame that applications ask whether a login has changed. */
export const CHECK_SESSION = defineReasons('check_session', {
  not_framed: {
    section: 'OpenID Connect Session Management 1.0 §3.2',
    when: 'The page for frames of applications was opened by itself.',
    remedy: 'Nothing: there is nothing to see there.',
  },
})
