import { redirectUriProblem } from '../../helpers/uri/redirect_uris.ts'
import type { CrossRule } from './descriptor.ts'
import { refuse } from './refuse.ts'

/** @see OpenID Connect Dynamic Client Registration 1.0 §2 (`grant_types`), RFC 6749 §4.4 */
export const checkGrantTypes: CrossRule = (metadata) => {
  const { grant_types: grantTypes = [], token_endpoint_auth_method: method } = metadata
  if (method === 'none' && grantTypes.includes('client_credentials')) {
    refuse('grant_types', "must not contain 'client_credentials' when token_endpoint_auth_method is 'none'")
  }
}

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
    refuse('grant_types', "must contain 'authorization_code' when code is amongst response_types")
  }
  if ((words.has('id_token') || words.has('token')) && !grantTypes.includes('implicit')) {
    refuse('grant_types', "must contain 'implicit' when 'id_token' or 'token' are amongst response_types")
  }
  if (words.size > 0 && uris.length === 0) refuse('redirect_uris', 'must contain members')
}

/**
 * Redirect URIs, of logouts too, obey the same syntax.
 * @see OpenID Connect Dynamic Client Registration 1.0 §2 (`application_type`), RFC 8252 §7
 */
export const checkRedirectUris: CrossRule = (metadata, rules) => {
  const implicit = metadata.grant_types?.includes('implicit') ?? false
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

/** @see OpenID Connect CIBA Core 1.0 §4 */
export const checkCiba: CrossRule = (metadata) => {
  if (!metadata.grant_types?.includes('urn:openid:params:grant-type:ciba')) return
  const { backchannel_token_delivery_mode: mode, backchannel_client_notification_endpoint: endpoint } =
    metadata
  if (mode === undefined) refuse('backchannel_token_delivery_mode', 'is mandatory property')
  if (mode === 'ping' && endpoint === undefined) {
    refuse('backchannel_client_notification_endpoint', 'is mandatory property')
  }
}
