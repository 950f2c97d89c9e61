import { hearRejection } from '../../helpers/hear_rejection.ts'
import type { Ctx } from '../context.ts'
import type { Runtime, Wrap } from '../runtime.ts'

const ALLOW_ORIGIN = 'access-control-allow-origin'

/** Whether the host answers cross-origin requests itself. */
const handledByHost = (ctx: Ctx): boolean =>
  Object.keys(ctx.response.headers).some((name) => name.startsWith('access-control-'))

/**
 * Anyone may read the answer. It says so also to those who are no other origin: a cache may hand it to applications.
 * @see Fetch standard, CORS protocol
 */
export const openCors: Wrap = (ctx, _rt, next) => {
  if (!handledByHost(ctx)) ctx.set(ALLOW_ORIGIN, '*')
  return next()
}

/** What the host thinks of the asking origin: a boolean, if it keeps to the rules. */
export function askHost(ctx: Ctx, rt: Runtime): unknown {
  const origin = ctx.get('origin')
  // Sandboxed frames and local files share this one.
  if (origin === 'null') return false
  return hearRejection(rt.configuration.clientBasedCORS(ctx, origin, ctx.oidc.loaded('Client')))
}

/** Browsers name their origin in same-origin POSTs too; the issuer's own is not another. */
export const clientCors: Wrap = (ctx, rt, next) => {
  const origin = ctx.get('origin')
  if (origin === '' || origin === rt.urls.origin || handledByHost(ctx)) return next()
  return letRead(ctx, rt, origin, next)
}

/**
 * Lets the asking origin read the answer, until `checkOrigin` knows the client and may think otherwise. A request that
 * failed before that is looked at here.
 */
async function letRead(ctx: Ctx, rt: Runtime, origin: string, next: () => Promise<void>): Promise<void> {
  ctx.vary('Origin')
  ctx.set(ALLOW_ORIGIN, origin)
  ctx.set('access-control-expose-headers', 'WWW-Authenticate')
  ctx.oidc.decidesOrigin = true
  await next()
  if (!ctx.oidc.decidesOrigin) return
  const known = ctx.oidc.client !== undefined
  if (origin === 'null' || (known && !isAllowed(ctx, rt))) refuseOrigin(ctx)
}

/** The answer stands already: a host function that fails now keeps the origin from reading it, and changes no more. */
function isAllowed(ctx: Ctx, rt: Runtime): boolean {
  try {
    return askHost(ctx, rt) === true
  } catch (failure) {
    rt.serverError(ctx, failure)
    return false
  }
}

export function refuseOrigin(ctx: Ctx): void {
  ctx.remove(ALLOW_ORIGIN)
  ctx.remove('access-control-expose-headers')
}
