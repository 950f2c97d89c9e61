import { checkTrustedIssuers } from '../../actions/trusted_issuers/check_trusted_issuers.ts'
import { defineFeature } from '../define_feature.ts'
import { jwtBearerGrant } from './jwt_bearer_grant.ts'

export const jwtBearer = defineFeature({
  name: 'jwtBearer',
  spec: 'RFC 7523 §2.1',
  defaults: { enabled: false, policy: () => undefined, trustedIssuers: [] },
  check({ trustedIssuers }) {
    checkTrustedIssuers('features.jwtBearer.trustedIssuers', trustedIssuers)
  },
  contribute: () => ({ grants: [jwtBearerGrant] }),
})
