import { defineFeature } from '../define_feature.ts'
import { userinfo as action } from './userinfo.ts'

export const userinfo = defineFeature({
  name: 'userinfo',
  spec: 'OpenID Connect Core 1.0 §5.3',
  defaults: { enabled: true },
  contribute: () => ({
    actions: [action],
    tellsClaimsByToken: true,
    metadata: (urlFor) => ({ userinfo_endpoint: urlFor('userinfo') }),
  }),
})
