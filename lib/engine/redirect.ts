import type { Ctx } from './context.ts'

/** Sends the browser on with GET, whatever it came with. @see RFC 9700 §4.12 */
export function redirect(ctx: Ctx, url: string): void {
  ctx.status = 303
  ctx.redirect(url)
  // Koa repeats the URL in the body, where a code has no business.
  ctx.type = 'text'
  ctx.body = ''
}
