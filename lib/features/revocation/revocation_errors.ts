import { RETRY_AFTER } from '../../engine/failure.ts'
import { SERVER } from '../../engine/reasons/engine_reasons.ts'
import { answerFailures } from '../../engine/wraps/answer_failures.ts'
import { answerJson } from '../../engine/wraps/json_errors.ts'
import { TemporarilyUnavailable } from '../../helpers/errors.ts'
import { statusOf } from '../../helpers/http/error_on_the_wire.ts'

/**
 * Failures of ours, of any kind, are answered so that the client knows its token to be still there, and tries again.
 * @see RFC 7009 §2.2.1
 */
export const revocationErrors = answerFailures('revocation.error', (ctx, rt, error) => {
  if (statusOf(error) !== 500) return answerJson(ctx, rt, error)
  ctx.set('retry-after', RETRY_AFTER)
  answerJson(ctx, rt, new TemporarilyUnavailable(undefined, undefined, error).because(SERVER.unavailable))
})
