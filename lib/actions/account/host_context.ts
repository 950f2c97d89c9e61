import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Context } from 'koa'
import type { HttpRequest, HttpResponse } from '../../../types/http.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'

/** A request of the host's own, and its answer. */
export interface HostExchange {
  readonly req: HttpRequest
  readonly res: HttpResponse
}

/** Stands in where the host acts without one: it came from nowhere, and nobody is answered. */
export function noExchange(): HostExchange {
  const req = new IncomingMessage(new Socket())
  req.method = 'GET'
  req.url = '/'
  return { req, res: new ServerResponse(req) }
}

/** What listeners and functions of the host are given when the host acts outside of the provider's endpoints. */
export function hostContext(rt: Runtime, koa: Context): Ctx {
  const oidc = new rt.OIDCContext(koa)
  const ctx = Object.assign(koa, { oidc })
  oidc.attachTo(ctx)
  return ctx
}
