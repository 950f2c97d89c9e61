import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { Client } from '../../clients/client.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { randomId } from '../../helpers/random_id.ts'

/** Marks a token as one that logs out. */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Who is no longer logged in at a client. */
export interface Logout {
  readonly accountId: string
  /** The session as this client knows it. */
  readonly sid: string | undefined
}

/**
 * Tells a client who is no longer logged in. `sub` is the account as this client knows it; `sid` is told to clients
 * that were told it before, in their ID Tokens.
 * @throws Error for a client that needs a `sid` where there is none
 * @see OpenID Connect Back-Channel Logout 1.0 §2.4
 */
export async function makeLogoutToken(
  rt: Runtime,
  client: Client,
  { accountId, sid }: Logout,
  ctx?: KoaContextWithOIDC,
): Promise<string> {
  const needsSid = client.includeSid()
  if (needsSid && sid === undefined) throw new Error('this client needs the sid of the session')
  const token = new rt.models.IdToken({ sub: accountId }, { ctx, client })
  if (needsSid) token.set('sid', sid)
  token.set('jti', randomId())
  token.set('events', { [EVENT]: {} })
  return token.issue({ use: 'logout' })
}
