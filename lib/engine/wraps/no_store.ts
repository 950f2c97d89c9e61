import type { Wrap } from '../runtime.ts'

/** Keeps answers that bear a token, or say something about one, out of every cache. @see RFC 6749 §5.1 */
export const noStore: Wrap = (ctx, _rt, next) => {
  ctx.set('cache-control', 'no-store')
  ctx.set('pragma', 'no-cache')
  return next()
}
