import { findClientToTell } from '../../actions/account/find_client_to_tell.ts'
import { prefersHtml } from '../../actions/pages/prefers_html.ts'
import { append } from '../../actions/response_modes/query.ts'
import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import { renderPage } from '../../engine/render_page.ts'
import type { EndedLogin, Runtime, Step } from '../../engine/runtime.ts'
import { fewAtOnce } from '../../helpers/promises/few_at_once.ts'
import { untilAborted } from '../../outgoing/until_aborted.ts'
import { framesPage } from './frames_page.ts'

/** How many clients are looked up at once; a session may have hundreds. */
const FOUND_AT_ONCE = 10

/** A client that is to be framed. */
interface Framed {
  readonly client: Client
  readonly uri: string
  /** The session as this client knows it. */
  readonly sid: string | undefined
}

/** Reads clients from storage: as many as it tells of in time. */
async function findInTime(ctx: Ctx, rt: Runtime, ids: readonly string[], found: Map<string, Client>) {
  const { timeout } = rt.configuration.features.frontchannelLogout
  const finding = fewAtOnce(FOUND_AT_ONCE, ids, async (clientId) => {
    const client = await findClientToTell(ctx, rt, clientId)
    if (client !== undefined) found.set(clientId, client)
  })
  try {
    await untilAborted(AbortSignal.timeout(timeout * 1000), finding)
  } catch (cause) {
    const what = `storage did not tell the clients of a logout in ${timeout} seconds`
    rt.serverError(ctx, new Error(what, { cause }))
  }
}

/** Those of a login that want to be framed, in the order of the session. */
async function clientsToFrame(ctx: Ctx, rt: Runtime, { clients }: EndedLogin): Promise<Framed[]> {
  const found = new Map<string, Client>()
  const stored: string[] = []
  for (const { clientId } of clients) {
    const known = rt.knownClient(clientId)
    if (known === undefined) stored.push(clientId)
    else found.set(clientId, known)
  }
  if (stored.length > 0) await findInTime(ctx, rt, stored, found)
  return clients.flatMap(({ clientId, sid }) => {
    const client = found.get(clientId)
    const uri = client?.frontchannelLogoutUri
    return client === undefined || uri === undefined ? [] : [{ client, uri, sid }]
  })
}

/**
 * What is framed: with `iss` and `sid` where the client wants them, which nobody else knows of.
 * @throws Error for a client that needs a `sid` where there is none
 * @see OpenID Connect Front-Channel Logout 1.0 §3
 */
function frameOf(rt: Runtime, { client, uri, sid }: Framed): string {
  if (client.frontchannelLogoutSessionRequired !== true) return uri
  if (sid === undefined) throw new Error('this client needs the sid of the session')
  return append(uri, '?', { iss: rt.issuer, sid })
}

/** The URLs of the frames; listeners hear of clients that have none. */
function framesOf(ctx: Ctx, rt: Runtime, accountId: string, framed: readonly Framed[]): string[] {
  const { maxFrames } = rt.configuration.features.frontchannelLogout
  const dropped = framed.length - maxFrames
  return framed.flatMap((one, index) => {
    try {
      if (index < dropped) throw new Error(`only ${maxFrames} clients of a logout are framed`)
      return [frameOf(rt, one)]
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error('unknown reason', { cause })
      rt.emit('frontchannel.error', ctx, error, one.client, accountId, one.sid ?? '')
      return []
    }
  })
}

/**
 * Has the browser pass a page that frames every client of the login that is over, and then go on.
 * @see OpenID Connect Front-Channel Logout 1.0 §3
 */
export const frameClients: Step = async (ctx, rt) => {
  const { endedLogin: ended } = ctx.oidc.request
  if (ended === undefined || !prefersHtml(ctx)) return
  const frames = framesOf(ctx, rt, ended.accountId, await clientsToFrame(ctx, rt, ended))
  if (frames.length === 0) return
  const { timeout } = rt.configuration.features.frontchannelLogout
  ctx.oidc.understand('wayOn', (koa, url) => {
    koa.status = 200
    renderPage(koa, framesPage(ctx.oidc.appearance, { url, frames, timeout }))
  })
}
