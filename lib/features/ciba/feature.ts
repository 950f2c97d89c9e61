import { PollPaces } from '../../actions/token/polled_code.ts'
import { isSymmetric } from '../../helpers/jose/client_keys.ts'
import { defineFeature } from '../define_feature.ts'
import { backchannelAuthentication } from './backchannel_authentication.ts'
import { checkDeliveryModes, checkPollInterval, checkUserCodeAttempts } from './check_options.ts'
import { cibaGrant } from './ciba_grant.ts'
import * as hooks from './default_hooks.ts'
import { UserCodeGuard } from './user_code_guard.ts'

export const ciba = defineFeature({
  name: 'ciba',
  spec: 'OpenID Connect CIBA Core 1.0',
  defaults: {
    enabled: false,
    deliveryModes: new Set(['poll'] as const),
    interval: 5,
    processLoginHint: hooks.processLoginHint,
    processLoginHintToken: hooks.processLoginHintToken,
    triggerAuthenticationDevice: hooks.triggerAuthenticationDevice,
    userCodeAttempts: 10,
    validateBindingMessage: hooks.validateBindingMessage,
    validateRequestContext: hooks.validateRequestContext,
    verifyUserCode: hooks.verifyUserCode,
  },
  check({ deliveryModes, interval, userCodeAttempts }) {
    checkDeliveryModes(deliveryModes)
    checkPollInterval(interval)
    checkUserCodeAttempts(userCodeAttempts)
  },
  contribute: ({ deliveryModes, interval, userCodeAttempts, verifyUserCode }) => ({
    actions: [backchannelAuthentication(new UserCodeGuard(userCodeAttempts))],
    grants: [cibaGrant(new PollPaces(interval))],
    metadata: (urlFor, { configuration: { enabledJWA, features } }) => ({
      backchannel_authentication_endpoint: urlFor('backchannel_authentication'),
      backchannel_token_delivery_modes_supported: [...deliveryModes],
      backchannel_user_code_parameter_supported: verifyUserCode !== hooks.verifyUserCode,
      ...(features.requestObjects.request
        ? {
            backchannel_authentication_request_signing_alg_values_supported:
              enabledJWA.requestObjectSigningAlgValues.filter((alg) => !isSymmetric(alg)),
          }
        : {}),
    }),
  }),
})
