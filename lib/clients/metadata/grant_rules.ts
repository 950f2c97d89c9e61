import { redirectUriProblem } from '../../helpers/uri/redirect_uris.ts'
import type { CrossRule } from './descriptor.ts'
import { refuse } from './refuse.ts'

/** Response types and grant types go together. @see RFC 7591 §2.1 */
export const checkResponseTypes: CrossRule = (metadata) => {
  const {
    grant_types: grantTypes = [],
    response_types: responseTypes = [],
    redirect_uris: uris = [],
  } = metadata
  const words = new Set(responseTypes.flatMap((responseType) => responseType.split(' ')))
  const isInteractive = grantTypes.includes('authorization_code') || grantTypes.includes('implicit')
  if (isInteractive && words.size === 0) refuse('response_types', 'must contain members')
  if (words.has('code') && !grantTypes.includes('authorization_code')) {
    const otherwise = isInteractive ? '' : '; where nobody signs in response_types is []'
    refuse('grant_types', `must contain 'authorization_code' when code is amongst response_types${otherwise}`)
  }
  if ((words.has('id_token') || words.has('token')) && !grantTypes.includes('implicit')) {
    refuse('grant_types', "must contain 'implicit' when 'id_token' or 'token' are amongst response_types")
  }
  if (words.size > 0 && uris.length === 0) refuse('redirect_uris', 'must contain members')
}

/**
 * Every list of redirect URIs obeys the same syntax.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2 (`application_type`), RFC 8252 §7
 */
export function redirectUriRule(name: 'redirect_uris' | `${string}_redirect_uris`): CrossRule {
  return (metadata, rules) => {
    const implicit = metadata.grant_types?.includes('implicit') ?? false
    const applicationType = metadata.application_type ?? 'web'
    // A host that validates the property itself may have wildcards in it, and matches them itself.
    const wildcards = rules.extended.has(name)
    const uris: unknown = metadata[name]
    for (const uri of Array.isArray(uris) ? uris : []) {
      const problem = redirectUriProblem(uri, { applicationType, implicit, wildcards })
      if (problem !== undefined) refuse(name, problem)
    }
  }
}
