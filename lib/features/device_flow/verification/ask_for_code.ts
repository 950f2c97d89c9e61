import { submittingPage } from '../../../actions/pages/submitting_page.ts'
import type { Ctx } from '../../../engine/context.ts'
import { errorOut } from '../../../engine/failure.ts'
import { renderPage } from '../../../engine/render_page.ts'
import { RESPONDED, type Runtime, type Step } from '../../../engine/runtime.ts'
import type { Appearance } from '../../../engine/screens/appearance.ts'
import type { OIDCProviderError } from '../../../helpers/errors.ts'
import { readSession, type Session } from '../../../models/session.ts'
import type { Writes } from '../../../models/transaction.ts'
import { deviceInputForm } from '../device_pages.ts'
import { userCodeInputSource } from '../device_sources.ts'
import { deviceTexts } from '../texts.ts'
import { giveForm } from './device_forms.ts'
import { renderSource } from './render_source.ts'
import { AbortedError, NoCodeError, RefusedCodeError, UserCodeError } from './user_code_errors.ts'

/** @see RFC 8628 §3.3.1: the code came with the link, and the person is still asked whether their device shows it */
function sendOn(ctx: Ctx, xsrf: string, userCode: string): void {
  const { appearance } = ctx.oidc
  const page = submittingPage(appearance, {
    title: appearance.texts(deviceTexts).title,
    action: ctx.oidc.pathFor('code_verification'),
    fields: { xsrf, user_code: userCode },
    formActions: ["'self'"],
  })
  renderPage(ctx, page)
}

/** The form stands on our page, or on one of the host's. */
function formAppearance({ oidc: { appearance } }: Ctx, rt: Runtime): Appearance {
  const isOurs = rt.configuration.features.deviceFlow.userCodeInputSource === userCodeInputSource
  return isOurs ? appearance : rt.screens.forHostPage(appearance)
}

/** Shows the form for the code; a code that came with the link is sent on. @see RFC 8628 §3.3 */
export const showCodeForm: Step = async (ctx, rt) => {
  if (ctx.method === 'POST') return undefined
  const xsrf = await giveForm(ctx, rt, ctx.oidc.loaded('Session'), { instead: undefined })
  const userCode = ctx.oidc.param('user_code')
  if (userCode !== undefined) {
    sendOn(ctx, xsrf, userCode)
    return RESPONDED
  }
  const form = deviceInputForm(formAppearance(ctx, rt), {
    action: ctx.oidc.pathFor('code_verification'),
    xsrf,
  })
  await renderSource(ctx, rt, {
    option: 'userCodeInputSource',
    source: () => rt.configuration.features.deviceFlow.userCodeInputSource(ctx, form),
    ours: () => userCodeInputSource(ctx, form),
  })
  return RESPONDED
}

interface Again {
  /** Whose form it is; a request that failed may have changed the one it loaded, so that is read again. */
  session?: Session
  /** What is written together with it. */
  besides?: readonly Writes[]
}

/** Shows the form again, and why. */
export async function askAgain(
  ctx: Ctx,
  rt: Runtime,
  error: OIDCProviderError,
  { session, besides = [] }: Again = {},
): Promise<void> {
  const xsrf = await giveForm(ctx, rt, session ?? (await readSession(rt.models.Session, ctx.oidc.jar, ctx)), {
    instead: ctx.oidc.request.deviceForm,
    wasWrong: error instanceof RefusedCodeError,
    besides,
  })
  const form = deviceInputForm(formAppearance(ctx, rt), {
    action: ctx.oidc.pathFor('code_verification'),
    xsrf,
    userCode: error instanceof UserCodeError ? error.userCode : undefined,
    isInvalid: error instanceof RefusedCodeError || error instanceof NoCodeError,
  })
  const out = errorOut(error)
  ctx.status = error instanceof AbortedError ? 200 : error.status
  await renderSource(ctx, rt, {
    option: 'userCodeInputSource',
    source: () => rt.configuration.features.deviceFlow.userCodeInputSource(ctx, form, out, error),
    ours: () => userCodeInputSource(ctx, form, out, error),
  })
}
