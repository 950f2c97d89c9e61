import { InteractionUnresolved } from '../../../actions/authorization/interaction/unresolved.ts'
import { renderError } from '../../../actions/pages/render_error.ts'
import type { Ctx } from '../../../engine/context.ts'
import { type ErrorEvent, reportFailure } from '../../../engine/failure.ts'
import type { Runtime, Wrap } from '../../../engine/runtime.ts'
import { OIDCProviderError, SessionNotFound } from '../../../helpers/errors.ts'
import type { Writes } from '../../../models/transaction.ts'
import { askAgain } from './ask_for_code.ts'
import { decision } from './confirm_device.ts'
import { UserCodeError } from './user_code_errors.ts'

/** What a new code cannot help: our own failures, and browsers that are not where they were. */
const isPage = (thrown: unknown): boolean =>
  !(thrown instanceof OIDCProviderError) ||
  thrown instanceof SessionNotFound ||
  thrown instanceof InteractionUnresolved

/** Once a person has confirmed the device, what goes wrong for good is told to it. */
function tellingDevice(ctx: Ctx, { error, error_description }: OIDCProviderError): Writes[] {
  const { DeviceCode: code } = ctx.oidc.entities
  if (code === undefined || ctx.oidc.request.returning === undefined) return []
  code.deny(error === 'invalid_client' ? 'access_denied' : error, error_description)
  return [decision(code)]
}

/** Somebody else may have decided meanwhile: then that stands. */
async function refuseDevice(ctx: Ctx, rt: Runtime, error: OIDCProviderError): Promise<void> {
  try {
    await askAgain(ctx, rt, error, { besides: tellingDevice(ctx, error) })
  } catch (thrown) {
    if (!(thrown instanceof UserCodeError)) throw thrown
    await askAgain(ctx, rt, error)
  }
}

async function answer(ctx: Ctx, rt: Runtime, thrown: unknown, event: ErrorEvent): Promise<void> {
  if (thrown instanceof UserCodeError) return askAgain(ctx, rt, thrown)
  const error = reportFailure(ctx, rt, thrown, event)
  if (isPage(thrown)) return renderError(ctx, rt, error)
  await refuseDevice(ctx, rt, error)
}

/** Lets the person enter a code again, where that helps; otherwise says what is wrong. */
export const deviceErrors = (event: ErrorEvent): Wrap =>
  async function answerDeviceErrors(ctx, rt, next) {
    try {
      await next()
    } catch (thrown) {
      try {
        await answer(ctx, rt, thrown, event)
      } catch (failure) {
        await renderError(ctx, rt, reportFailure(ctx, rt, failure, event))
      }
    }
  }
