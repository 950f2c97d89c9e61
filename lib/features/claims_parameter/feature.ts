import { atAuthorizationRequests } from '../../actions/authorization/authorization_requests.ts'
import { defineFeature } from '../define_feature.ts'
import { readClaimsParameter } from './read_claims_parameter.ts'

export const claimsParameter = defineFeature({
  name: 'claimsParameter',
  spec: 'OpenID Connect Core 1.0 §5.5',
  defaults: { enabled: false, assertClaimsParameter: () => undefined },
  contribute: () => ({
    params: atAuthorizationRequests(['claims']),
    amendable: ['claims'],
    steps: { requested_claims: [readClaimsParameter] },
    metadata: () => ({ claims_parameter_supported: true }),
  }),
})
