import { atAuthorizationRequests } from '../../actions/authorization/authorization_requests.ts'
import { defineFeature } from '../define_feature.ts'
import { refuseRelayMode, webMessage } from './web_message.ts'

export const webMessageResponseMode = defineFeature({
  name: 'webMessageResponseMode',
  spec: 'OAuth 2.0 Web Message Response Mode - draft 01',
  url: 'https://datatracker.ietf.org/doc/html/draft-sakimura-oauth-wmrm-01',
  version: ['individual-draft-00', 'individual-draft-01'],
  defaults: { enabled: false },
  contribute: () => ({
    params: atAuthorizationRequests(['web_message_uri', 'web_message_target']),
    steps: { redirect_rules: [refuseRelayMode] },
    responseModes: { web_message: webMessage },
  }),
})
