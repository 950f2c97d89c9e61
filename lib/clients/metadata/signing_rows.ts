import type { MetadataRow } from './descriptor.ts'

/** How what the client gets, and what it sends, is signed. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
export const signingRows: readonly MetadataRow[] = [
  {
    name: 'token_endpoint_auth_signing_alg',
    type: 'string',
    when: ({ clientAuthMethods }) =>
      [...clientAuthMethods].some((method) => method === 'client_secret_jwt' || method === 'private_key_jwt'),
    allowed: ({ enabledJWA }) => enabledJWA.clientAuthSigningAlgValues,
  },
  {
    name: 'id_token_signed_response_alg',
    type: 'string',
    signs: true,
    default: 'RS256',
    allowed: ({ enabledJWA }) => enabledJWA.idTokenSigningAlgValues,
  },
  {
    name: 'userinfo_signed_response_alg',
    type: 'string',
    signs: true,
    needs: ['jwtUserinfo'],
    allowed: ({ enabledJWA }) => enabledJWA.userinfoSigningAlgValues,
  },
  {
    name: 'introspection_signed_response_alg',
    type: 'string',
    signs: true,
    needs: ['jwtIntrospection'],
    default: 'RS256',
    allowed: ({ enabledJWA }) => enabledJWA.introspectionSigningAlgValues,
  },
  {
    name: 'authorization_signed_response_alg',
    type: 'string',
    signs: true,
    needs: ['jwtResponseModes'],
    default: 'RS256',
    allowed: ({ enabledJWA }) => enabledJWA.authorizationSigningAlgValues,
  },
  {
    name: 'request_object_signing_alg',
    type: 'string',
    needs: ['requestObjects'],
    allowed: ({ enabledJWA }) => enabledJWA.requestObjectSigningAlgValues,
  },
]
