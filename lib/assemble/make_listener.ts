import type Koa from 'koa'
import type { Context } from 'koa'
import compose from 'koa-compose'
import type { HttpRequest, HttpResponse } from '../../types/http.ts'
import type { RequestContext } from '../engine/context.ts'
import type { SentDocuments } from '../engine/documents/sent_documents.ts'
import { isJsonBody } from '../helpers/http/is_json_body.ts'
import { endOfTurn } from '../helpers/promises/end_of_turn.ts'

export type Listener = (req: HttpRequest, res: HttpResponse) => Promise<void>

/** What has no body, whatever was set (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const WITHOUT_BODY: readonly number[] = [204, 205, 304]

/** @throws what `JSON.stringify` does */
function textOf(ctx: Context): string | undefined {
  if (ctx.respond === false || WITHOUT_BODY.includes(ctx.status)) return undefined
  if (!ctx.writable) return undefined
  const { body } = ctx
  if (typeof body === 'string') return body
  if (!isJsonBody(body)) return undefined
  const text: unknown = JSON.stringify(body)
  if (typeof text !== 'string') return undefined
  ctx.length = Buffer.byteLength(text)
  return text
}

function isUrgent(ctx: Context): boolean {
  const oidc: RequestContext | undefined = ctx['oidc']
  return oidc?.transaction.hasConsumed === true
}

/**
 * What Koa's own listener does. That one watches every answer until it is sent, to learn of an error of its stream. Nearly all
 * answers are texts or JSON, which have none: they are written at once, and Koa answers the others.
 *
 * Answers are written when the event loop has read what there was to be read: those of one turn one after the other. To
 * write is to wake who waits for it, which took a quarter of a request; who is awake already need not be woken. Tokens for
 * what can be exchanged once only do not wait: were this process to end now, nobody would get any for it again.
 * @param documents those that may be sent again; none where middleware of the host may look at them
 */
export function makeListener(app: Koa, documents?: SentDocuments): Listener {
  const listener = app.callback()
  const handleRequest: unknown = Reflect.get(app, 'handleRequest')
  if (app.ctxStorage !== undefined || typeof handleRequest !== 'function') return listener

  const run = compose(app.middleware)
  const answer = (ctx: Context) => {
    const { res } = ctx
    const text = textOf(ctx)
    if (text !== undefined) {
      documents?.keep(ctx, text)
      return res.end(text)
    }
    const { statusCode } = res
    const restore = async () => {
      res.statusCode = statusCode
    }
    return Reflect.apply(handleRequest, app, [ctx, restore])
  }
  return (req, res) => {
    const sent = documents?.send(req, res)
    if (sent !== undefined) return sent
    const ctx: Context = Reflect.apply(app.createContext, app, [req, res])
    res.statusCode = 404
    return new Promise((resolve) => {
      const fail = (thrown: unknown) => resolve(Reflect.apply(ctx.onerror, ctx, [thrown]))
      const finish = () => {
        try {
          resolve(answer(ctx))
        } catch (thrown) {
          fail(thrown)
        }
      }
      run(ctx).then(() => (isUrgent(ctx) ? finish() : endOfTurn(finish)), fail)
    })
  }
}
