import type { FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { encryptionRule } from '../../clients/metadata/key_rules.ts'

export const encryptionMetadata: FeatureMetadata = {
  rows: [
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
  ],
  completions: [
    encryptionRule(
      'id_token_encrypted_response_alg',
      'id_token_encrypted_response_enc',
      'id_token_signed_response_alg',
    ),
  ],
}
