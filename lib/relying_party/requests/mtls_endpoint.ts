import { type AuthenticatedEndpoint, showsCertificate } from '../authentication/client_authentication.ts'
import type { RelyingParty } from '../relying_party.ts'
import { endpointOf } from './endpoint.ts'

/** An endpoint of the issuer, for a client that may show a certificate there. @see RFC 8705 §5 */
export function mtlsEndpointOf(party: RelyingParty, name: string, as: AuthenticatedEndpoint): string {
  const { metadata, issuer } = party
  const isBound = metadata.tls_client_certificate_bound_access_tokens === true
  const isShown = showsCertificate(metadata, as) || (isBound && /^(?:token|userinfo)_endpoint$/.test(name))
  return endpointOf(issuer.metadata, name, isShown ? issuer.metadata.mtls_endpoint_aliases : undefined)
}
