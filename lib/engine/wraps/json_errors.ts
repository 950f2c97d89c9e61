import type { OIDCProviderError } from '../../helpers/errors.ts'
import { statusOf } from '../../helpers/http/error_on_the_wire.ts'
import type { Ctx } from '../context.ts'
import { type ErrorEvent, errorOut } from '../failure.ts'
import type { Runtime, Wrap } from '../runtime.ts'
import { answerFailures } from './answer_failures.ts'

/** @see RFC 6749 §5.2 */
export function answerJson(ctx: Ctx, rt: Runtime, error: OIDCProviderError): void {
  ctx.status = statusOf(error)
  if (error.error === 'invalid_client' && ctx.status === 401 && ctx.get('authorization') !== '') {
    ctx.set('www-authenticate', `Basic realm="${rt.issuer}"`)
  }
  ctx.body = errorOut(error)
}

/** Answers every failure with a JSON object. @see RFC 6749 §5.2 */
export const jsonErrors = (event: ErrorEvent): Wrap => answerFailures(event, answerJson)
