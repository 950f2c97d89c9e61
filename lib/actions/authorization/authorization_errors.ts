import type { Ctx } from '../../engine/context.ts'
import { type ErrorEvent, errorOut, reportFailure } from '../../engine/failure.ts'
import type { Runtime, Wrap } from '../../engine/runtime.ts'
import { answerFailures } from '../../engine/wraps/answer_failures.ts'
import type { OIDCProviderError } from '../../helpers/errors.ts'
import { renderError } from '../pages/render_error.ts'
import { answerClient } from './issuing/answer_client.ts'

/** Tells the client by redirect where that is proven to be safe, the end-user otherwise. @see RFC 6749 §4.1.2.1 */
async function answer(ctx: Ctx, rt: Runtime, error: OIDCProviderError): Promise<void> {
  const { redirectUri } = ctx.oidc.request
  if (redirectUri === undefined || !error.allow_redirect) return renderError(ctx, rt, error)
  await answerClient(ctx, rt, redirectUri, { ...errorOut(error) })
}

/** Answers every failure of an authorization request. */
export const authorizationErrors = (event: ErrorEvent): Wrap =>
  answerFailures(event, async (ctx, rt, error) => {
    try {
      await answer(ctx, rt, error)
    } catch (failure) {
      await renderError(ctx, rt, reportFailure(ctx, rt, failure, event))
    }
  })
