import type { Ctx } from '../../../engine/context.ts'
import type { Runtime, Step } from '../../../engine/runtime.ts'
import { constantEquals } from '../../../helpers/constant_equals.ts'
import { InvalidRequest } from '../../../helpers/errors.ts'
import type { DeviceCode } from '../device_code.ts'
import { DEVICE } from '../reasons.ts'
import { normalizeUserCode } from '../user_code.ts'
import { findForm } from './device_forms.ts'
import { AlreadyUsedError, ExpiredError, NoCodeError, NotFoundError } from './user_code_errors.ts'
import type { UserCodeGuard } from './user_code_guard.ts'

/** Only a page of this provider can send a form, and only once: nobody else's page, and nobody else's browser. */
export const takeForm: Step = (ctx) => {
  const form = findForm(ctx.oidc.loaded('Session'), ctx.oidc.param('xsrf') ?? '')
  if (form === undefined) throw new InvalidRequest('xsrf token invalid').because(DEVICE.form_expired)
  ctx.oidc.understand('deviceForm', form)
}

/** A browser that lost its way to the screens may start again; another one may not. */
const isHeldElsewhere = ({ inFlight, sessionUid }: DeviceCode, ctx: Ctx): boolean =>
  inFlight === true && sessionUid !== ctx.oidc.loaded('Session').uid

async function find(ctx: Ctx, rt: Runtime, entered: string, userCode: string): Promise<DeviceCode> {
  const { DeviceCode: Model } = rt.models
  const found = await Model.findByUserCode(userCode, { ignoreExpiration: true, ctx })
  if (found === undefined) throw new NotFoundError(entered)
  if (found.isExpired) throw new ExpiredError(entered)
  if (!found.isPending || isHeldElsewhere(found, ctx)) throw new AlreadyUsedError(entered)
  return found
}

/**
 * Finds the device whose code was entered. A person who confirms one entered it before, in this browser, and was asked
 * about it.
 * @see RFC 8628 §3.3, §5.1
 */
export const findUserCode = (guard: UserCodeGuard): Step =>
  async function findUserCode(ctx, rt) {
    const entered = ctx.oidc.param('user_code') ?? ''
    const userCode = normalizeUserCode(entered)
    if (userCode === '') throw new NoCodeError()
    const look = () => find(ctx, rt, entered, userCode)
    const { userCode: asked } = ctx.oidc.understood('deviceForm')
    const isConfirming = ctx.oidc.param('confirm') !== undefined || ctx.oidc.param('abort') !== undefined
    if (isConfirming && (asked === undefined || !constantEquals(asked, userCode)))
      throw new InvalidRequest('this code was not entered here').because(DEVICE.not_entered_here)
    const found = await (isConfirming ? look() : guard.run(ctx, rt, look))
    ctx.oidc.entity('DeviceCode', found)
    const uiLocales = found.params?.['ui_locales']
    if (typeof uiLocales === 'string') ctx.oidc.understand('uiLocales', uiLocales)
  }
