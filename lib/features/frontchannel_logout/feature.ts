import { defineFeature } from '../define_feature.ts'
import { frameClients } from './frame_clients.ts'

/** What timers of browsers can wait for. */
const MAX_TIMEOUT = 2 ** 31 / 1000 - 1

export const frontchannelLogout = defineFeature({
  name: 'frontchannelLogout',
  spec: 'OpenID Connect Front-Channel Logout 1.0',
  defaults: { enabled: false, maxFrames: 20, timeout: 2.5 },
  needs: ['rpInitiatedLogout'],
  check({ maxFrames, timeout }) {
    if (!Number.isSafeInteger(maxFrames) || maxFrames <= 0)
      throw new TypeError('features.frontchannelLogout.maxFrames must be an integer, above 0')
    if (!Number.isFinite(timeout) || timeout <= 0 || timeout > MAX_TIMEOUT)
      throw new TypeError('features.frontchannelLogout.timeout must be seconds, above 0, 24 days at most')
  },
  contribute: () => ({
    steps: { login_ended: [frameClients] },
    metadata: () => ({
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    }),
  }),
})
