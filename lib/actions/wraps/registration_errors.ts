import { NoAccessToken } from '../../helpers/read_access_token.ts'
import type { Wrap } from '../../runtime.ts'
import { type ErrorEvent, errorOut } from '../failure.ts'
import { answerFailures } from './answer_failures.ts'
import { challenge } from './bearer_errors.ts'

/** Answers every failure with a JSON object, those about the token with a challenge too. @see RFC 7591 §3.2.2, RFC 6750 §3 */
export const registrationErrors = (event: ErrorEvent): Wrap =>
  answerFailures(event, (ctx, rt, error, thrown) => {
    ctx.status = error.status
    if (thrown instanceof NoAccessToken) ctx.set('www-authenticate', `Bearer realm="${rt.issuer}"`)
    else if (error.status === 401) ctx.set('www-authenticate', challenge(rt.issuer, error))
    ctx.body = errorOut(error)
  })
