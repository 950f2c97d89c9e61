import type { BackchannelAuthenticationRequest } from '../../../types/features/ciba.ts'
import type { Client } from '../../clients/client.ts'
import type { Runtime } from '../../engine/runtime.ts'
import type { FetchPool } from '../../outgoing/fetch_pool.ts'
import { OutgoingRequestFailed, outgoingRequest } from '../../outgoing/outgoing_request.ts'

/**
 * Tells a client, once, that the outcome of its request can be fetched. What it answers is not read, and where it
 * redirects to is not asked.
 * @throws Error when the client cannot be told
 * @see OpenID Connect CIBA Core 1.0 §10.2
 */
export async function pingClient(
  rt: Runtime,
  client: Client,
  request: BackchannelAuthenticationRequest,
  pool: FetchPool,
): Promise<void> {
  const { backchannelClientNotificationEndpoint: url } = client
  const token = request.params?.['client_notification_token']
  if (request.clientId !== client.clientId) throw new TypeError('the request is one of another client')
  if (url === undefined) throw new TypeError('this client has no backchannel_client_notification_endpoint')
  if (typeof token !== 'string') throw new TypeError('the request came without a client_notification_token')
  const { status } = await outgoingRequest(rt, url, {
    json: { auth_req_id: request.jti },
    headers: { authorization: `Bearer ${token}` },
    pool,
  })
  if (status !== 200 && status !== 204)
    throw new OutgoingRequestFailed(
      url,
      `the answer has the status ${status}, not 200 or 204`,
      undefined,
      status >= 500,
    )
}
