import { possibleAlgorithms } from '../../actions/discovery/possible_algorithms.ts'
import { defineFeature } from '../define_feature.ts'
import { answerIntrospectionJwt, requireJwtResponse } from './answer_introspection_jwt.ts'

export const jwtIntrospection = defineFeature({
  name: 'jwtIntrospection',
  spec: 'RFC 9701',
  defaults: { enabled: false },
  needs: ['introspection'],
  contribute: () => ({
    steps: {
      introspection_request: [requireJwtResponse],
      introspection_response: [answerIntrospectionJwt],
    },
    metadata: (_urlFor, rt) => ({
      introspection_signing_alg_values_supported: possibleAlgorithms(
        rt,
        rt.configuration.enabledJWA.introspectionSigningAlgValues,
      ),
    }),
  }),
})
