import { clientCredentials as grant } from '../actions/grants/client_credentials.ts'
import { defineFeature } from './define_feature.ts'

export const clientCredentials = defineFeature({
  name: 'clientCredentials',
  spec: 'RFC 6749 §4.4',
  defaults: { enabled: false },
  contribute: () => ({ grants: [grant] }),
})
