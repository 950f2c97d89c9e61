import type { MetadataRow } from './descriptor.ts'

/** How what the client gets, and what it sends, is encrypted. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
export const encryptionRows: readonly MetadataRow[] = [
  {
    name: 'id_token_encrypted_response_alg',
    type: 'string',
    needs: ['encryption'],
    allowed: ({ enabledJWA }) => enabledJWA.idTokenEncryptionAlgValues,
  },
  {
    name: 'id_token_encrypted_response_enc',
    type: 'string',
    needs: ['encryption'],
    allowed: ({ enabledJWA }) => enabledJWA.idTokenEncryptionEncValues,
  },
  {
    name: 'userinfo_encrypted_response_alg',
    type: 'string',
    needs: ['encryption', 'jwtUserinfo'],
    allowed: ({ enabledJWA }) => enabledJWA.userinfoEncryptionAlgValues,
  },
  {
    name: 'userinfo_encrypted_response_enc',
    type: 'string',
    needs: ['encryption', 'jwtUserinfo'],
    allowed: ({ enabledJWA }) => enabledJWA.userinfoEncryptionEncValues,
  },
  {
    name: 'introspection_encrypted_response_alg',
    type: 'string',
    needs: ['encryption', 'jwtIntrospection'],
    allowed: ({ enabledJWA }) => enabledJWA.introspectionEncryptionAlgValues,
  },
  {
    name: 'introspection_encrypted_response_enc',
    type: 'string',
    needs: ['encryption', 'jwtIntrospection'],
    allowed: ({ enabledJWA }) => enabledJWA.introspectionEncryptionEncValues,
  },
  {
    name: 'authorization_encrypted_response_alg',
    type: 'string',
    needs: ['encryption', 'jwtResponseModes'],
    allowed: ({ enabledJWA }) => enabledJWA.authorizationEncryptionAlgValues,
  },
  {
    name: 'authorization_encrypted_response_enc',
    type: 'string',
    needs: ['encryption', 'jwtResponseModes'],
    allowed: ({ enabledJWA }) => enabledJWA.authorizationEncryptionEncValues,
  },
  {
    name: 'request_object_encryption_alg',
    type: 'string',
    needs: ['encryption', 'requestObjects'],
    allowed: ({ enabledJWA }) => enabledJWA.requestObjectEncryptionAlgValues,
  },
  {
    name: 'request_object_encryption_enc',
    type: 'string',
    needs: ['encryption', 'requestObjects'],
    allowed: ({ enabledJWA }) => enabledJWA.requestObjectEncryptionEncValues,
  },
]
