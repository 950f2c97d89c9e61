import { setMaxListeners } from 'node:events'
import { findClientToTell } from '../../actions/account/find_client_to_tell.ts'
import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import type { EndedLogin, LoginEnded, Runtime } from '../../engine/runtime.ts'
import { fewAtOnce } from '../../helpers/promises/few_at_once.ts'
import type { FetchPool } from '../../outgoing/fetch_pool.ts'
import { OutgoingRequestFailed } from '../../outgoing/outgoing_request_failed.ts'
import { untilAborted } from '../../outgoing/until_aborted.ts'
import { deliverLogoutToken } from './deliver_logout_token.ts'
import type { Logout } from './logout_token.ts'

/** One client that is to be told. */
interface Notice extends Logout {
  readonly clientId: string
}

/** Tells the clients of one login. */
class Notification {
  readonly #ctx: Ctx
  readonly #rt: Runtime
  readonly #pool: FetchPool
  /** Passes when the person is answered. */
  readonly #deadline: AbortSignal
  readonly #hooks: Promise<unknown>[] = []

  constructor(ctx: Ctx, rt: Runtime, pool: FetchPool) {
    this.#ctx = ctx
    this.#rt = rt
    this.#pool = pool
    const { totalTimeout } = rt.configuration.features.backchannelLogout
    this.#deadline = AbortSignal.timeout(totalTimeout * 1000)
    // Every delivery listens to it.
    setMaxListeners(0, this.#deadline)
  }

  async tell({ accountId, clients }: EndedLogin): Promise<void> {
    const { concurrency } = this.#rt.configuration.features.backchannelLogout
    const telling = fewAtOnce(concurrency, clients, ({ clientId, sid }) =>
      this.#tellOne({ clientId, accountId, sid }),
    )
    const told = telling.then(() => Promise.all(this.#hooks))
    // Those who have not been told by then still have their outcome, which nobody waits for.
    await untilAborted(this.#deadline, told).catch(() => {})
  }

  async #tellOne(notice: Notice): Promise<void> {
    const client = await findClientToTell(this.#ctx, this.#rt, notice.clientId)
    if (client?.backchannelLogoutUri === undefined) return
    const { accountId, sid } = notice
    const delivery = { accountId, sid, ctx: this.#ctx, pool: this.#pool, signal: this.#deadline }
    try {
      this.#deadline.throwIfAborted()
      await untilAborted(this.#deadline, deliverLogoutToken(this.#rt, client, delivery))
      this.#rt.emit('backchannel.success', this.#ctx, client, accountId, sid ?? '')
    } catch (cause) {
      const error = this.#explain(client.backchannelLogoutUri, cause)
      this.#rt.emit('backchannel.error', this.#ctx, error, client, accountId, sid ?? '')
      this.#hooks.push(this.#callHost(client, { accountId, sid, error }))
    }
  }

  #explain(url: string, cause: unknown): Error {
    if (!this.#deadline.aborted)
      return cause instanceof Error ? cause : new OutgoingRequestFailed(url, 'unknown reason', cause)
    const { totalTimeout } = this.#rt.configuration.features.backchannelLogout
    return new OutgoingRequestFailed(url, `it was not told within ${totalTimeout} seconds`, cause, true)
  }

  async #callHost(client: Client, logout: Logout & { readonly error: Error }): Promise<void> {
    const { undelivered } = this.#rt.configuration.features.backchannelLogout
    try {
      await undelivered(this.#ctx, client, { ...logout })
    } catch (thrown) {
      this.#rt.serverError(this.#ctx, thrown)
    }
  }
}

/**
 * Tells every client of a login that it is over, a few at once and within a time that is fixed: a client that does not
 * answer keeps nobody from logging out.
 * @see OpenID Connect Back-Channel Logout 1.0 §2.5, §2.7
 */
export const notifyClients =
  (pool: FetchPool): LoginEnded =>
  (ctx, rt, ended) =>
    new Notification(ctx, rt, pool).tell(ended)
