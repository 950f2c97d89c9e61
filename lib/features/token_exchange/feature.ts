import { checkTrustedIssuers } from '../../actions/trusted_issuers/check_trusted_issuers.ts'
import { defineFeature } from '../define_feature.ts'
import { tokenExchangeGrant } from './token_exchange_grant.ts'

export const tokenExchange = defineFeature({
  name: 'tokenExchange',
  spec: 'RFC 8693',
  defaults: {
    enabled: false,
    policy: () => false,
    resourceOfAudience: () => undefined,
    trustedIssuers: [],
  },
  check({ trustedIssuers }) {
    checkTrustedIssuers('features.tokenExchange.trustedIssuers', trustedIssuers)
  },
  contribute: () => ({ grants: [tokenExchangeGrant] }),
})
