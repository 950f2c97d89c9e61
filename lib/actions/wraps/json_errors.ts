import type { Wrap } from '../../runtime.ts'
import { type ErrorEvent, errorOut, reportFailure } from '../failure.ts'

/** Answers every failure with a JSON object. @see RFC 6749 §5.2 */
export const jsonErrors =
  (event: ErrorEvent): Wrap =>
  async (ctx, rt, next) => {
    try {
      await next()
    } catch (thrown) {
      const error = reportFailure(ctx, rt, thrown, event)
      ctx.status = error.status
      if (error.error === 'invalid_client' && error.status === 401 && ctx.get('authorization') !== '') {
        ctx.set('www-authenticate', `Basic realm="${rt.issuer}"`)
      }
      ctx.body = errorOut(error)
    }
  }
