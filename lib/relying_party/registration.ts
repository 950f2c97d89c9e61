import type { JWKS } from '../../types/client.ts'
import type { HttpResponse } from '../../types/relying_party/http.ts'
import type { ClientMetadata, IssuerMetadata } from '../../types/relying_party/metadata.ts'
import { OPError } from './errors.ts'
import type { HttpRequest } from './http/prepare_options.ts'
import { expectObject } from './http/read_answer.ts'
import { OwnKeys } from './own_keys.ts'
import { endpointOf, expectProtected } from './requests/endpoint.ts'

type Send = (request: HttpRequest) => Promise<HttpResponse>

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

function registered(response: HttpResponse, status: number): ClientMetadata {
  const body = expectObject(response, status)
  const { client_id: clientId } = body
  if (typeof clientId !== 'string') throw new OPError('expected a client_id in the answer', response)
  return { ...body, client_id: clientId }
}

/** Keys go along in public, unless the metadata bring or name some. */
function withKeys(metadata: Readonly<Record<string, unknown>>, jwks: JWKS | undefined) {
  const hasKeys = metadata['jwks'] !== undefined || metadata['jwks_uri'] !== undefined
  return jwks === undefined || hasKeys ? metadata : { ...metadata, jwks: new OwnKeys(jwks).publicJwks }
}

/** @throws OPError, RPError, TypeError @see RFC 7591 §3.1, §3.2.1 */
export async function register(
  issuer: Readonly<IssuerMetadata>,
  send: Send,
  {
    metadata,
    jwks,
    initialAccessToken: token,
  }: {
    metadata: Readonly<Record<string, unknown>>
    jwks: JWKS | undefined
    initialAccessToken: string | undefined
  },
): Promise<ClientMetadata> {
  const response = await send({
    url: endpointOf(issuer, 'registration_endpoint'),
    method: 'POST',
    headers: { accept: 'application/json', ...(token === undefined ? {} : bearer(token)) },
    json: withKeys(metadata, jwks),
  })
  return registered(response, 201)
}

/** @throws OPError, RPError, TypeError @see RFC 7592 §2.1, §3 */
export async function readRegistration(
  issuer: Readonly<IssuerMetadata>,
  send: Send,
  { uri, token }: { uri: string; token: string },
): Promise<ClientMetadata> {
  if (!URL.canParse(uri)) throw new TypeError('registration_client_uri must be a URL')
  const url = expectProtected(issuer, 'registration_client_uri', uri)
  return registered(await send({ url, headers: { accept: 'application/json', ...bearer(token) } }), 200)
}
