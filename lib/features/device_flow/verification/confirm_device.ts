import { CLIENT } from '../../../clients/reasons.ts'
import type { Ctx } from '../../../engine/context.ts'
import { RESPONDED, type Runtime, type Step } from '../../../engine/runtime.ts'
import { clientNotFound } from '../../../helpers/client_not_found.ts'
import { AccessDenied, InvalidClient } from '../../../helpers/errors.ts'
import type { Writes } from '../../../models/transaction.ts'
import type { DeviceCode } from '../device_code.ts'
import { DEVICE_CODE } from '../device_code_grant_name.ts'
import { deviceConfirmForm } from '../device_pages.ts'
import { userCodeConfirmSource } from '../device_sources.ts'
import { DEVICE } from '../reasons.ts'
import { formatUserCode } from '../user_code.ts'
import { askAgain } from './ask_for_code.ts'
import { forgetForm, giveForm } from './device_forms.ts'
import { renderSource } from './render_source.ts'
import { AbortedError, AlreadyUsedError } from './user_code_errors.ts'

/** Stores what somebody decided; of several at once one counts. */
export const decision = (code: DeviceCode): Writes => ({
  operations: () => code.writes(),
  written() {
    code.markStored()
    code.announce('saved')
  },
  async rebase() {
    throw new AlreadyUsedError(code.userCode ?? '')
  },
})

/** Nobody allows anything to a client that is gone, or must not do this any more. */
export const loadDeviceClient: Step = async (ctx, rt) => {
  const { clientId = '' } = ctx.oidc.loaded('DeviceCode')
  const client = await rt.findClient(clientId)
  if (client === undefined)
    throw new InvalidClient('client is invalid', clientNotFound(clientId)).because(CLIENT.not_found)
  ctx.oidc.entity('Client', client)
  if (!client.grantTypeAllowed(DEVICE_CODE))
    throw new AccessDenied('requested grant type is not allowed for this client').because(
      DEVICE.client_not_allowed,
    )
}

async function ask(ctx: Ctx, rt: Runtime): Promise<typeof RESPONDED> {
  const { mask, userCodeConfirmSource: source } = rt.configuration.features.deviceFlow
  const { userCode = '', deviceInfo = {} } = ctx.oidc.loaded('DeviceCode')
  const client = ctx.oidc.loaded('Client')
  const xsrf = await giveForm(ctx, rt, ctx.oidc.loaded('Session'), {
    instead: ctx.oidc.understood('deviceForm'),
    userCode,
  })
  const shown = formatUserCode(mask, userCode)
  const form = deviceConfirmForm(ctx.oidc.pathFor('code_verification'), xsrf, shown)
  await renderSource(ctx, rt, {
    option: 'userCodeConfirmSource',
    source: () => source(ctx, form, client, deviceInfo, shown),
    ours: () => userCodeConfirmSource(ctx, form, client, deviceInfo, shown),
  })
  return RESPONDED
}

/** Asks whether the device is the person's own: somebody else may have sent them the code. @see RFC 8628 §5.4, §3.3.1 */
export const askForConfirmation: Step = (ctx, rt) => {
  if (ctx.oidc.param('confirm') === undefined && ctx.oidc.param('abort') === undefined) return ask(ctx, rt)
  return undefined
}

/** The person does not want it, and the device hears so. @see RFC 8628 §3.5 (access_denied) */
export const abortDevice: Step = async (ctx, rt) => {
  if (ctx.oidc.param('abort') === undefined) return undefined
  const code = ctx.oidc.loaded('DeviceCode')
  code.deny('access_denied', 'End-User aborted interaction')
  const session = ctx.oidc.loaded('Session')
  await askAgain(ctx, rt, new AbortedError(), { session, besides: [decision(code)] })
  return RESPONDED
}

/** The person confirmed: from here on nobody else can, until it is decided. */
export const holdDeviceCode: Step = (ctx) => {
  const code = ctx.oidc.loaded('DeviceCode')
  const session = ctx.oidc.loaded('Session')
  forgetForm(session, ctx.oidc.understood('deviceForm'))
  code.hold(session.uid)
  ctx.oidc.transaction.addWrites(decision(code))
  ctx.oidc.understand('returning', { route: 'device_resume', keeps: { deviceCode: code.jti } })
}
