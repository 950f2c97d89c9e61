import type { OIDCProviderError } from '../../helpers/errors.ts'
import type { Ctx } from '../context.ts'
import { type ErrorEvent, reportFailure } from '../failure.ts'
import type { Runtime, Wrap } from '../runtime.ts'

/** Takes an error to whoever asked; `thrown` is what it was made of. */
type Answer = (ctx: Ctx, rt: Runtime, error: OIDCProviderError, thrown: unknown) => void | Promise<void>

/** Tells the listeners about every failure of an endpoint and answers it that endpoint's way. */
export const answerFailures =
  (event: ErrorEvent, answer: Answer): Wrap =>
  async (ctx, rt, next) => {
    try {
      await next()
    } catch (thrown) {
      await answer(ctx, rt, reportFailure(ctx, rt, thrown, event), thrown)
    }
  }
