import type { RequestListener } from 'node:http'
import Koa, { type Context } from 'koa'
import type { Setup } from '../setup.ts'
import { authorize, interact, push } from './browser.ts'
import { type Floor, makeFloor } from './floor.ts'
import { json } from './form.ts'
import { introspect, issue, revoke, userinfo } from './tokens.ts'

type Route = (ctx: Context, floor: Floor) => void | Promise<void>

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /.well-known/openid-configuration': (ctx, { discovery }) => json(ctx, discovery),
  'GET /jwks': (ctx, { publicKeys }) => json(ctx, publicKeys),
  'GET /auth': authorize,
  'POST /request': push,
  'POST /token': issue,
  'POST /token/introspection': introspect,
  'POST /token/revocation': revoke,
  'GET /me': userinfo,
}

/**
 * Answers every case with the least conceivable work: Koa, one form, a secret compared, the fewest reads and writes, one
 * signature where the protocol needs it. No validation, no events, no models. No provider can be that fast; it says
 * how much of a case is HTTP and cryptography.
 */
export async function floorListener(setup: Setup): Promise<RequestListener> {
  const floor = await makeFloor(setup)
  const app = new Koa()
  app.use((ctx) => {
    const route = ctx.path.startsWith('/interaction/') ? interact : ROUTES[`${ctx.method} ${ctx.path}`]
    return route?.(ctx, floor)
  })
  return app.callback()
}
