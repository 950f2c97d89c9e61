import { defineFeature } from '../define_feature.ts'
import { clientCredentials as grant } from './client_credentials_grant.ts'

export const clientCredentials = defineFeature({
  name: 'clientCredentials',
  spec: 'RFC 6749 §4.4',
  defaults: { enabled: false },
  contribute: () => ({ grants: [grant] }),
})
