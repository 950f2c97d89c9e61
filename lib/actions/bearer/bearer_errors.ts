import { type ErrorEvent, errorOut } from '../../engine/failure.ts'
import type { Wrap } from '../../engine/runtime.ts'
import { answerFailures } from '../../engine/wraps/answer_failures.ts'
import type { OIDCProviderError } from '../../helpers/errors.ts'
import { statusOf } from '../../helpers/http/error_on_the_wire.ts'
import { NoAccessToken } from '../../helpers/http/read_access_token.ts'

/** @see RFC 6750 §3 */
export function challenge(realm: string, error: OIDCProviderError): string {
  const { error: code, ...rest } = errorOut(error)
  const members = Object.entries({ realm, error: code, ...rest })
  return `Bearer ${members.map(([name, value]) => `${name}="${value}"`).join(', ')}`
}

/** Answers the failures of a protected resource. @see RFC 6750 §3 */
export const bearerErrors = (event: ErrorEvent): Wrap =>
  answerFailures(event, (ctx, rt, error, thrown) => {
    ctx.status = statusOf(error)
    if (thrown instanceof NoAccessToken) {
      // §3.1: without any credentials there is nothing to say about them.
      ctx.set('www-authenticate', `Bearer realm="${rt.issuer}"`)
      ctx.body = ''
      return
    }
    if (ctx.status < 500) ctx.set('www-authenticate', challenge(rt.issuer, error))
    ctx.body = errorOut(error)
  })
