import { statusOf } from '../../helpers/http/error_on_the_wire.ts'
import { type ErrorEvent, errorOut } from '../failure.ts'
import type { Wrap } from '../runtime.ts'
import { answerFailures } from './answer_failures.ts'

/** Answers every failure with a JSON object. @see RFC 6749 §5.2 */
export const jsonErrors = (event: ErrorEvent): Wrap =>
  answerFailures(event, (ctx, rt, error) => {
    ctx.status = statusOf(error)
    if (error.error === 'invalid_client' && ctx.status === 401 && ctx.get('authorization') !== '') {
      ctx.set('www-authenticate', `Basic realm="${rt.issuer}"`)
    }
    ctx.body = errorOut(error)
  })
