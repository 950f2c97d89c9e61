import { defineFeature } from '../define_feature.ts'
import { carryPushedKey, provePushedRequest, readCodeKey, readPushedKey } from './bound_code.ts'
import { checkNonceSecret } from './check_options.ts'
import { provePresentedToken } from './presented_token.ts'
import { KeyProofs } from './prove_key.ts'
import { checkCodeKey, proveTokenRequest } from './token_request.ts'

const requireNonce = () => false
const named = { names: ['dpop_jkt'] }

export const dPoP = defineFeature({
  name: 'dPoP',
  spec: 'RFC 9449',
  defaults: {
    enabled: false,
    allowReplay: false,
    nonceSecret: undefined,
    requireNonce,
  },
  check: ({ nonceSecret }) => checkNonceSecret(nonceSecret),
  contribute(options, _has, { enabledJWA: { dPoPSigningAlgValues: algorithms } }) {
    const proofs = new KeyProofs(options, algorithms)
    return {
      params: { authorization: named, resume: named, pushed_authorization_request: named },
      carryOver: [carryPushedKey],
      steps: {
        pushed_proof: [provePushedRequest(proofs)],
        front_channel_rules: [readPushedKey],
        request_rules: [readCodeKey],
        token_binding: [proveTokenRequest(proofs)],
        code_proof: [checkCodeKey],
        presented_token: [provePresentedToken(proofs)],
      },
      tokenScheme: { name: 'DPoP', parameters: { algs: algorithms.join(' ') } },
      metadata: () => ({ dpop_signing_alg_values_supported: algorithms }),
    }
  },
})
