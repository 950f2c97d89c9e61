import type { CrossRule, FeatureMetadata } from '../../clients/metadata/descriptor.ts'

/** What the provider demands of every client is part of every client. @see RFC 9126 §5 */
const requirePushed: CrossRule = (metadata, { flags }) => {
  if (flags.has('pushedAuthorizationRequests.requirePushedAuthorizationRequests')) {
    metadata.require_pushed_authorization_requests = true
  }
}

export const pushedAuthorizationRequestsMetadata: FeatureMetadata = {
  rows: [
    // RFC 9126 §6
    {
      name: 'require_pushed_authorization_requests',
      type: 'boolean',
      needs: ['pushedAuthorizationRequests'],
      default: false,
    },
  ],
  completions: [requirePushed],
}
