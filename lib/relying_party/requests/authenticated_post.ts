import type { HttpResponse } from '../../../types/relying_party/http.ts'
import type { GrantExtras } from '../../../types/relying_party/parameters.ts'
import { type AuthenticatedEndpoint, clientAuthentication } from '../authentication/client_authentication.ts'
import { sendWithProof } from '../authentication/dpop.ts'
import type { RelyingParty } from '../relying_party.ts'
import { mtlsEndpointOf } from './mtls_endpoint.ts'

/** A form for an endpoint that asks who the client is. */
export interface AuthenticatedPost {
  /** Member of the issuer's metadata. */
  readonly endpoint: string
  /** Whose method of authentication is used. */
  readonly as: AuthenticatedEndpoint
  readonly form: Readonly<Record<string, unknown>>
  readonly accept?: string
}

/** Posts a form, with proof of who the client is. @throws RPError, TypeError */
export function authenticatedPost(
  party: RelyingParty,
  { endpoint, as, form, accept = 'application/json' }: AuthenticatedPost,
  { clientAssertionPayload, DPoP }: GrantExtras = {},
): Promise<HttpResponse> {
  const make = async () => {
    const url = mtlsEndpointOf(party, endpoint, as)
    const proof = await clientAuthentication(party, as, clientAssertionPayload)
    const headers = { accept, ...proof.headers }
    return { url, method: 'POST', headers, form: { ...form, ...proof.form } } as const
  }
  return sendWithProof(party, make, { DPoP })
}
