import { challenge } from '../../actions/bearer/bearer_errors.ts'
import { type ErrorEvent, errorOut } from '../../engine/failure.ts'
import type { Wrap } from '../../engine/runtime.ts'
import { answerFailures } from '../../engine/wraps/answer_failures.ts'
import { statusOf } from '../../helpers/http/error_on_the_wire.ts'
import { NoAccessToken } from '../../helpers/http/read_access_token.ts'

/** Answers every failure with a JSON object, those about the token with a challenge too. @see RFC 7591 §3.2.2, RFC 6750 §3 */
export const registrationErrors = (event: ErrorEvent): Wrap =>
  answerFailures(event, (ctx, rt, error, thrown) => {
    ctx.status = statusOf(error)
    if (thrown instanceof NoAccessToken) ctx.set('www-authenticate', `Bearer realm="${rt.issuer}"`)
    else if (ctx.status === 401) ctx.set('www-authenticate', challenge(rt.issuer, error))
    ctx.body = errorOut(error)
  })
