import type { FeatureMetadata } from '../../clients/metadata/descriptor.ts'

export const webMessageResponseModeMetadata: FeatureMetadata = {
  rows: [
    // OAuth 2.0 Web Message Response Mode §5
    { name: 'web_message_uris', type: 'webUris', needs: ['webMessageResponseMode'], default: [] },
  ],
}
