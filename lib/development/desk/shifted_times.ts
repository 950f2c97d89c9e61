import type { Middleware } from 'koa'
import type { ProcessClock } from './process_clock.ts'

/** Cookies that are taken away end long ago, and stay that way. */
const LONG_AGO = Date.parse('2000-01-01')

/** Browsers compare with a clock of their own. @see RFC 6265 §5.2.1 */
export function forBrowser(cookie: string, offset: number): string {
  return cookie.replace(/(; expires=)([^;]+)/i, (whole, name: string, written: string) => {
    const time = Date.parse(written)
    return time < LONG_AGO ? whole : `${name}${new Date(time - offset * 1000).toUTCString()}`
  })
}

/** Says what time it is here, and keeps cookies as long as they would be kept without an offset. @see RFC 9110 §6.6.1 */
export const shiftedTimes =
  (clock: ProcessClock): Middleware =>
  async (ctx, next) => {
    await next()
    const { offset } = clock
    if (offset === 0) return
    ctx.set('date', new Date(Date.now()).toUTCString())
    const { 'set-cookie': cookies } = ctx.response.headers
    const list: readonly string[] = Array.isArray(cookies) ? cookies : []
    if (list.length > 0)
      ctx.set(
        'set-cookie',
        list.map((cookie) => forBrowser(cookie, offset)),
      )
  }
