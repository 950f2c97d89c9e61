import type { Runtime } from '../../engine/runtime.ts'
import { yieldsFrontChannelToken } from '../../helpers/response_mode.ts'
import { clientAuthMetadata } from './client_auth_metadata.ts'
import { possibleAlgorithms } from './possible_algorithms.ts'

/**
 * What discovery says whatever optional features are on.
 * @see OpenID Connect Discovery 1.0 §3, RFC 8414 §2, RFC 9207 §3
 */
export function coreMetadata(rt: Runtime, urlFor: (route: string) => string): Record<string, unknown> {
  const { configuration: options } = rt
  return {
    issuer: rt.issuer,
    authorization_endpoint: urlFor('authorization'),
    token_endpoint: urlFor('token'),
    jwks_uri: urlFor('jwks'),
    scopes_supported: [...options.scopes],
    claims_supported: [...options.claimNames],
    response_types_supported: [...options.responseTypes],
    response_modes_supported: [...rt.responseModes.keys()],
    grant_types_supported: [...rt.grantTypes.keys(), ...(hasImplicit(rt) ? ['implicit'] : [])],
    subject_types_supported: [...options.subjectTypes],
    ...(options.acrValues.size === 0 ? {} : { acr_values_supported: [...options.acrValues] }),
    id_token_signing_alg_values_supported: possibleAlgorithms(rt, options.enabledJWA.idTokenSigningAlgValues),
    ...clientAuthMetadata(rt, 'token'),
    code_challenge_methods_supported: [...options.pkce.methods],
    authorization_response_iss_parameter_supported: true,
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
  }
}

/** Tokens from the authorization endpoint are a grant type of their own. @see OpenID Connect Dynamic Client Registration 1.0 §2 */
const hasImplicit = (rt: Runtime) => rt.configuration.responseTypes.some(yieldsFrontChannelToken)
