import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'
import { encryptionRule } from '../../clients/metadata/key_rules.ts'

/** What the provider demands of every client is part of every client. @see RFC 9101 §10.5 */
const requireSigned: CrossRule = (metadata, { flags }) => {
  if (flags.has('requestObjects.requireSignedRequestObject')) metadata.require_signed_request_object = true
}

export const requestObjectsMetadata: FeatureMetadata = {
  rows: [
    // RFC 9101 §10.5 and OpenID Connect Dynamic Client Registration 1.0 §2
    { name: 'require_signed_request_object', type: 'boolean', needs: ['requestObjects'], default: false },
    { name: 'request_uris', type: 'httpsUris', needs: ['requestObjects.requestUri'], default: [] },
    {
      name: 'request_object_signing_alg',
      type: 'string',
      needs: ['requestObjects'],
      allowed: ({ enabledJWA }) => enabledJWA.requestObjectSigningAlgValues,
    },
    {
      name: 'request_object_encryption_alg',
      type: 'string',
      decrypts: true,
      needs: ['encryption', 'requestObjects'],
      allowed: ({ enabledJWA }) => enabledJWA.requestObjectEncryptionAlgValues,
    },
    {
      name: 'request_object_encryption_enc',
      type: 'string',
      needs: ['encryption', 'requestObjects'],
      allowed: ({ enabledJWA }) => enabledJWA.requestObjectEncryptionEncValues,
    },
  ],
  completions: [
    requireSigned,
    encryptionRule('request_object_encryption_alg', 'request_object_encryption_enc'),
  ],
}
