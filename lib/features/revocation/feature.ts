import { clientAuthMetadata } from '../../actions/discovery/client_auth_metadata.ts'
import { defineFeature } from '../define_feature.ts'
import { revocationEndpoint } from './revocation_endpoint.ts'

export const revocation = defineFeature({
  name: 'revocation',
  spec: 'RFC 7009',
  defaults: {
    enabled: false,
    /** @see RFC 7009 §2.1 */
    allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
  },
  contribute: () => ({
    actions: [revocationEndpoint],
    metadata: (urlFor, rt) => ({
      revocation_endpoint: urlFor('revocation'),
      ...clientAuthMetadata(rt, 'revocation'),
    }),
  }),
})
