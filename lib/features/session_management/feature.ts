import { isCookieName } from '../../configuration/checks/cookies.ts'
import { defineFeature } from '../define_feature.ts'
import { forgetBrowserState, forgetStaleState, keepBrowserState } from './browser_state.ts'
import { checkSession } from './check_session.ts'
import { answerSessionState } from './session_state.ts'

export const sessionManagement = defineFeature({
  name: 'sessionManagement',
  spec: 'OpenID Connect Session Management 1.0',
  defaults: { enabled: false, cookieName: '_op_state' },
  check({ cookieName }) {
    if (!isCookieName(cookieName))
      throw new TypeError(
        'features.sessionManagement.cookieName must be a cookie name: letters, digits and some signs',
      )
  },
  contribute({ cookieName }, _has, { cookies: { names } }) {
    if (Object.values(names).includes(cookieName))
      throw new TypeError('features.sessionManagement.cookieName must not be one of cookies.names')
    return {
      actions: [checkSession(cookieName)],
      steps: {
        before_interaction: [forgetStaleState, keepBrowserState],
        before_answer: [answerSessionState],
        leaving_session: [forgetStaleState],
        login_ended: [forgetBrowserState],
      },
      metadata: (urlFor) => ({ check_session_iframe: urlFor('check_session') }),
    }
  },
})
