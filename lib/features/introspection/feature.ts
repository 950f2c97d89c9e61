import { clientAuthMetadata } from '../../actions/discovery/client_auth_metadata.ts'
import { defineFeature } from '../define_feature.ts'
import { introspectionEndpoint } from './introspection_endpoint.ts'

export const introspection = defineFeature({
  name: 'introspection',
  spec: 'RFC 7662',
  defaults: {
    enabled: false,
    /** Anybody can call themselves a public client. @see RFC 7662 §4 */
    allowedPolicy: (ctx, client, token) =>
      client.clientAuthMethod !== 'none' || token.clientId === ctx.oidc.client?.clientId,
  },
  contribute: () => ({
    actions: [introspectionEndpoint],
    metadata: (urlFor, rt) => ({
      introspection_endpoint: urlFor('introspection'),
      ...clientAuthMetadata(rt, 'introspection'),
    }),
  }),
})
