import { possibleAlgorithms } from '../actions/possible_algorithms.ts'
import { answerUserinfoJwt } from '../actions/steps/answer_userinfo_jwt.ts'
import { defineFeature } from './define_feature.ts'

export const jwtUserinfo = defineFeature({
  name: 'jwtUserinfo',
  spec: 'OpenID Connect Core 1.0 §5.3.2',
  defaults: { enabled: false },
  needs: ['userinfo'],
  contribute: () => ({
    steps: { userinfo_response: [answerUserinfoJwt] },
    metadata: (_urlFor, rt) => ({
      userinfo_signing_alg_values_supported: possibleAlgorithms(
        rt,
        rt.configuration.enabledJWA.userinfoSigningAlgValues,
      ),
    }),
  }),
})
