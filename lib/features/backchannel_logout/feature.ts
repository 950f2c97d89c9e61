import { defineFeature } from '../define_feature.ts'
import { logoutPool } from './deliver_logout_token.ts'
import { notifyClients } from './notify_clients.ts'

const checkAbove0 = (option: string, value: number, isFit: (value: number) => boolean, what: string) => {
  if (!isFit(value) || value <= 0)
    throw new TypeError(`features.backchannelLogout.${option} must be ${what}, above 0`)
}

export const backchannelLogout = defineFeature({
  name: 'backchannelLogout',
  spec: 'OpenID Connect Back-Channel Logout 1.0',
  defaults: { enabled: false, concurrency: 10, receiverTimeout: 2.5, totalTimeout: 5, undelivered: () => {} },
  check({ concurrency, receiverTimeout, totalTimeout }) {
    checkAbove0('concurrency', concurrency, Number.isSafeInteger, 'an integer')
    checkAbove0('receiverTimeout', receiverTimeout, Number.isFinite, 'seconds')
    checkAbove0('totalTimeout', totalTimeout, Number.isFinite, 'seconds')
  },
  contribute: ({ concurrency }) => ({
    loginEnded: notifyClients(logoutPool(concurrency)),
    metadata: () => ({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    }),
  }),
})
