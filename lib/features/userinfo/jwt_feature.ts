import { possibleAlgorithms } from '../../actions/discovery/possible_algorithms.ts'
import { defineFeature } from '../define_feature.ts'
import { answerUserinfoJwt } from './answer_userinfo_jwt.ts'

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
