import type { Ctx } from '../../context.ts'
import type { Wrap } from '../../runtime.ts'

const ALLOW_ORIGIN = 'access-control-allow-origin'

/** Whether the host answers cross-origin requests itself. */
const handledByHost = (ctx: Ctx): boolean =>
  Object.keys(ctx.response.headers).some((name) => name.startsWith('access-control-'))

/** Anyone may read the answer. @see Fetch standard, CORS protocol */
export const openCors: Wrap = (ctx, _rt, next) => {
  if (ctx.get('origin') !== '' && !handledByHost(ctx)) ctx.set(ALLOW_ORIGIN, '*')
  return next()
}

/**
 * Lets the asking origin read the answer, until `checkOrigin` knows the client and may think otherwise.
 */
export const clientCors: Wrap = (ctx, _rt, next) => {
  const origin = ctx.get('origin')
  if (origin === '' || handledByHost(ctx)) return next()
  ctx.vary('Origin')
  ctx.set(ALLOW_ORIGIN, origin)
  ctx.set('access-control-expose-headers', 'WWW-Authenticate')
  ctx.oidc.decidesOrigin = true
  return next()
}

export function refuseOrigin(ctx: Ctx): void {
  ctx.remove(ALLOW_ORIGIN)
  ctx.remove('access-control-expose-headers')
}
