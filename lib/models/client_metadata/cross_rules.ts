import type { ClientMetadata } from '../../../types/client.ts'
import { redirectUriProblem } from '../../helpers/redirect_uris.ts'
import type { CrossRule } from './descriptor.ts'
import { refuse } from './refuse.ts'

/** Whether tokens reach the client through the browser. @see RFC 6749 §1.3.2 */
export function usesImplicit({ grant_types: grantTypes = [] }: ClientMetadata): boolean {
  return grantTypes.includes('implicit')
}

/**
 * Redirect URIs, of logouts too, obey the same syntax.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2 (`application_type`), RFC 8252 §7
 */
export const checkRedirectUris: CrossRule = (metadata, rules) => {
  const implicit = usesImplicit(metadata)
  const applicationType = metadata.application_type ?? 'web'
  for (const name of ['redirect_uris', 'post_logout_redirect_uris'] as const) {
    // A host that validates the property itself may have wildcards in it, and matches them itself.
    const wildcards = rules.extended.has(name)
    for (const uri of metadata[name] ?? []) {
      const problem = redirectUriProblem(uri, { applicationType, implicit, wildcards })
      if (problem !== undefined) refuse(name, problem)
    }
  }
}

export const crossRules: readonly CrossRule[] = [checkRedirectUris]
