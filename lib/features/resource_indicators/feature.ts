import { InvalidTarget } from '../../helpers/errors.ts'
import { defineFeature } from '../define_feature.ts'
import { chooseClientResource, chooseGrantedResource } from './choose_resource.ts'
import { readRequestedResources } from './read_resources.ts'
import { RESOURCE } from './reasons.ts'

/** Endpoints and grant types where a client may name resources, by their name. */
const WITH_RESOURCES = [
  'authorization',
  'resume',
  'pushed_authorization_request',
  'device_authorization',
  'code_verification',
  'device_resume',
  'backchannel_authentication',
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:openid:params:grant-type:ciba',
]

export const resourceIndicators = defineFeature({
  name: 'resourceIndicators',
  spec: 'RFC 8707',
  defaults: {
    enabled: true,
    defaultResource: (_ctx, _client, oneOf) => oneOf,
    getResourceServerInfo: () => {
      throw new InvalidTarget().because(RESOURCE.unknown)
    },
    useGrantedResource: () => false,
  },
  contribute: () => ({
    params: Object.fromEntries(
      WITH_RESOURCES.map((name) => [name, { names: ['resource'], repeatable: ['resource'] }]),
    ),
    amendable: ['resource'],
    steps: {
      request_rules: [readRequestedResources],
      granted_resource: [chooseGrantedResource],
      client_resource: [chooseClientResource],
    },
  }),
})
