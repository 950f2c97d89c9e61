import { PollPaces } from '../../actions/token/polled_code.ts'
import { defineFeature } from '../define_feature.ts'
import {
  checkInterval,
  checkUserCodeAttempts,
  checkUserCodeCharset,
  checkUserCodeMask,
} from './check_options.ts'
import { deviceAuthorization } from './device_authorization.ts'
import { deviceCodeGrant } from './device_code_grant.ts'
import { successSource, userCodeConfirmSource, userCodeInputSource } from './device_sources.ts'
import { deviceTexts } from './texts.ts'
import { guessableUserCodes } from './user_code.ts'
import { codeVerification } from './verification/code_verification.ts'
import { deviceResume } from './verification/device_resume.ts'
import { UserCodeGuard } from './verification/user_code_guard.ts'

export const deviceFlow = defineFeature({
  name: 'deviceFlow',
  spec: 'RFC 8628',
  defaults: {
    enabled: false,
    charset: 'base-20',
    deviceInfo: (ctx) => ({ ip: ctx.ip, ua: ctx.get('user-agent') }),
    interval: 5,
    mask: '****-****',
    successSource,
    userCodeAttempts: 10,
    userCodeConfirmSource,
    userCodeInputSource,
  },
  texts: [deviceTexts],
  check({ charset, interval, mask, userCodeAttempts }) {
    checkUserCodeMask(mask)
    checkUserCodeCharset(charset)
    checkInterval(interval)
    checkUserCodeAttempts(userCodeAttempts)
  },
  contribute({ charset, interval, mask, userCodeAttempts }) {
    const notice = guessableUserCodes(mask, charset)
    return {
      actions: [deviceAuthorization, codeVerification(new UserCodeGuard(userCodeAttempts)), deviceResume],
      grants: [deviceCodeGrant(new PollPaces(interval))],
      notices: notice === undefined ? [] : [notice],
      metadata: (urlFor) => ({ device_authorization_endpoint: urlFor('device_authorization') }),
    }
  },
})
