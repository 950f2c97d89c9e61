import type { FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { encryptionRule } from '../../clients/metadata/key_rules.ts'

export const jwtResponseModesMetadata: FeatureMetadata = {
  rows: [
    {
      name: 'authorization_signed_response_alg',
      type: 'string',
      signs: true,
      needs: ['jwtResponseModes'],
      default: 'RS256',
      allowed: ({ enabledJWA }) => enabledJWA.authorizationSigningAlgValues,
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
  ],
  completions: [
    encryptionRule(
      'authorization_encrypted_response_alg',
      'authorization_encrypted_response_enc',
      'authorization_signed_response_alg',
    ),
  ],
}
