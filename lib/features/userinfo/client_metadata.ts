import type { FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { encryptionRule } from '../../clients/metadata/key_rules.ts'

export const userinfoMetadata: FeatureMetadata = {
  rows: [
    {
      name: 'userinfo_signed_response_alg',
      type: 'string',
      signs: true,
      needs: ['jwtUserinfo'],
      allowed: ({ enabledJWA }) => enabledJWA.userinfoSigningAlgValues,
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
  ],
  completions: [
    encryptionRule(
      'userinfo_encrypted_response_alg',
      'userinfo_encrypted_response_enc',
      'userinfo_signed_response_alg',
    ),
  ],
}
