import type { Ctx } from './context.ts'

/** What a header cannot hold; everything else of the URL stays as it is. @see RFC 3986 §2.1 */
const FOREIGN = /[^\x21-\x7e]+/g
const escaped = (text: string): string => encodeURIComponent(Buffer.from(text).toString())

/** Sends the browser on with GET, whatever it came with. @see RFC 9700 §4.12 */
export function redirect(ctx: Ctx, url: string): void {
  ctx.status = 303
  ctx.set('location', url.replace(FOREIGN, escaped))
  // Koa's own redirect repeats the URL in the body, where a code has no business.
  ctx.set('content-type', 'text/plain; charset=utf-8')
  ctx.body = ''
}
