import { possibleAlgorithms } from '../../actions/discovery/possible_algorithms.ts'
import type { SealedMode } from '../../engine/runtime.ts'
import { defaultResponseMode } from '../../helpers/response_mode.ts'
import { defineFeature } from '../define_feature.ts'
import { sealResponse } from './seal_response.ts'

const carriedBy = (mode: string): SealedMode => ({ seal: sealResponse, carrier: () => mode })

/** @see JWT Secured Authorization Response Mode §2.3 */
export const jwtResponseModes = defineFeature({
  name: 'jwtResponseModes',
  spec: 'JWT Secured Authorization Response Mode for OAuth 2.0 (JARM)',
  url: 'https://openid.net/specs/oauth-v2-jarm.html',
  defaults: { enabled: false },
  contribute: (_options, has) => ({
    responseModes: {
      jwt: { seal: sealResponse, carrier: defaultResponseMode },
      'query.jwt': carriedBy('query'),
      'fragment.jwt': carriedBy('fragment'),
      'form_post.jwt': carriedBy('form_post'),
      ...(has('webMessageResponseMode') ? { 'web_message.jwt': carriedBy('web_message') } : {}),
    },
    metadata: (_urlFor, rt) => ({
      authorization_signing_alg_values_supported: possibleAlgorithms(
        rt,
        rt.configuration.enabledJWA.authorizationSigningAlgValues,
      ),
    }),
  }),
})
