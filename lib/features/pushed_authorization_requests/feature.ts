import { defineFeature } from '../define_feature.ts'
import { carryPushedRequest } from './carry_pushed_request.ts'
import {
  acceptLoadedRedirectUri,
  consumePushedRequest,
  loadPushedRequest,
  requirePushedRequest,
} from './load_pushed_request.ts'
import { pushedAuthorizationRequest } from './pushed_authorization_request_endpoint.ts'

export const pushedAuthorizationRequests = defineFeature({
  name: 'pushedAuthorizationRequests',
  spec: 'RFC 9126',
  defaults: {
    enabled: true,
    allowUnregisteredRedirectUris: false,
    requirePushedAuthorizationRequests: false,
  },
  contribute: ({ requirePushedAuthorizationRequests: required }) => ({
    actions: [pushedAuthorizationRequest],
    carryOver: [carryPushedRequest],
    steps: {
      pushed_request: [loadPushedRequest],
      redirect_uri: [acceptLoadedRedirectUri],
      front_channel_rules: [requirePushedRequest],
      before_answer: [consumePushedRequest],
    },
    metadata: (urlFor) => ({
      pushed_authorization_request_endpoint: urlFor('pushed_authorization_request'),
      ...(required ? { require_pushed_authorization_requests: true } : {}),
    }),
  }),
})
