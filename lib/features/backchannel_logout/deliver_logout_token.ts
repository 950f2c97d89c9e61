import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { Client } from '../../clients/client.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { FetchPool } from '../../outgoing/fetch_pool.ts'
import { OutgoingRequestFailed, outgoingRequest } from '../../outgoing/outgoing_request.ts'
import { type Logout, makeLogoutToken } from './logout_token.ts'

/** Nothing else waits for these requests, and they wait for nothing else. @param perAddress at once to one address */
export const logoutPool = (perAddress = 10): FetchPool =>
  new FetchPool({ total: Math.max(64, perAddress), perAddress, waiting: 4096 })

export interface Delivery extends Logout {
  readonly pool: FetchPool
  /** The request that led to it, if any. */
  readonly ctx?: KoaContextWithOIDC | undefined
  /** Ends it before its own time. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Posts a logout token to a client.
 * @throws Error when it cannot be made, or the client does not take it
 * @see OpenID Connect Back-Channel Logout 1.0 §2.5, §2.8
 */
export async function deliverLogoutToken(
  rt: Runtime,
  client: Client,
  { pool, ctx, signal, ...logout }: Delivery,
): Promise<void> {
  const { backchannelLogoutUri: url } = client
  if (url === undefined) throw new Error('this client has no backchannel_logout_uri')
  const { receiverTimeout } = rt.configuration.features.backchannelLogout
  const { status } = await outgoingRequest(rt, url, {
    form: { logout_token: await makeLogoutToken(rt, client, logout, ctx) },
    timeout: receiverTimeout * 1000,
    pool,
    signal,
  })
  if (status !== 200 && status !== 204)
    throw new OutgoingRequestFailed(url, `the answer has the status ${status}, not 200 or 204`)
}
