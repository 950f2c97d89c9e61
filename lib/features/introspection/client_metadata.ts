import type { FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { encryptionRule } from '../../clients/metadata/key_rules.ts'

export const jwtIntrospectionMetadata: FeatureMetadata = {
  rows: [
    {
      name: 'introspection_signed_response_alg',
      type: 'string',
      signs: true,
      needs: ['jwtIntrospection'],
      default: 'RS256',
      allowed: ({ enabledJWA }) => enabledJWA.introspectionSigningAlgValues,
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
  ],
  completions: [
    encryptionRule(
      'introspection_encrypted_response_alg',
      'introspection_encrypted_response_enc',
      'introspection_signed_response_alg',
    ),
  ],
}
