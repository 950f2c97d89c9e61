import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { WebfingerResource } from '../../../types/features/webfinger.ts'
import { defineFeature } from '../define_feature.ts'
import { webfingerEndpoint } from './webfinger_endpoint.ts'

/** All that there could be at this host: an answer that depends on the account would tell which ones there are. */
function hasResource({ oidc }: KoaContextWithOIDC, { scheme, host }: WebfingerResource): boolean {
  const issuer = new URL(oidc.issuer)
  if (scheme === 'https') return host === issuer.host
  // Accounts have no port (RFC 7565 §7).
  return scheme === 'acct' && (host === issuer.host || host === issuer.hostname)
}

export const webfinger = defineFeature({
  name: 'webfinger',
  spec: 'OpenID Connect Discovery 1.0 §2, RFC 7033',
  defaults: { enabled: false, hasResource },
  contribute: () => ({ actions: [webfingerEndpoint] }),
})
