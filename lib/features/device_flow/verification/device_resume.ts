import { DIRECT_REQUEST_PARAMETERS } from '../../../actions/authorization/direct_request.ts'
import { applyResult, takeInteraction } from '../../../actions/authorization/interaction/apply_result.ts'
import { loadInteraction } from '../../../actions/authorization/interaction/load_interaction.ts'
import { restoreRequest } from '../../../actions/authorization/interaction/restore_request.ts'
import { defineAction } from '../../../engine/define_action.ts'
import { RESPONDED, type Step } from '../../../engine/runtime.ts'
import { noStore } from '../../../engine/wraps/no_store.ts'
import { SessionNotFound } from '../../../helpers/errors.ts'
import { DEVICE } from '../reasons.ts'
import { allowDevice } from './allow_device.ts'
import { askAgain } from './ask_for_code.ts'
import { decision, loadDeviceClient } from './confirm_device.ts'
import { deviceErrors } from './device_errors.ts'
import { AbortedError, AlreadyUsedError, ExpiredError, NotFoundError } from './user_code_errors.ts'

/** Loads the code that the person is deciding about, if it is still theirs to decide. */
const loadHeldCode: Step = async (ctx, rt) => {
  const { deviceCode } = ctx.oidc.loaded('Interaction')
  if (deviceCode === undefined)
    throw new SessionNotFound('interaction was not started by a device').because(DEVICE.not_of_device)
  const found = await rt.models.DeviceCode.find(deviceCode, { ignoreExpiration: true, ctx })
  if (found === undefined) throw new NotFoundError('')
  const { userCode = '' } = found
  if (found.isExpired) throw new ExpiredError(userCode)
  if (!found.isPending) throw new AlreadyUsedError(userCode)
  ctx.oidc.entity('DeviceCode', found)
  ctx.oidc.understand('returning', { route: 'device_resume', keeps: { deviceCode } })
}

/** The person did not want to, or the screens ended it: the device hears why. @see RFC 8628 §3.5 */
const endRefused: Step = async (ctx, rt) => {
  const interaction = ctx.oidc.loaded('Interaction')
  const { result } = interaction
  if (result?.error === undefined) return undefined
  const code = ctx.oidc.loaded('DeviceCode')
  code.deny(result.error, result.error_description)
  const { taking, afterwards } = takeInteraction(ctx, interaction)
  const session = ctx.oidc.loaded('Session')
  const besides = [{ operations: () => taking, written: afterwards }, decision(code)]
  await askAgain(ctx, rt, new AbortedError(), { session, besides })
  return RESPONDED
}

/** Nobody else decided meanwhile. */
const keepHolding: Step = (ctx) => ctx.oidc.transaction.addWrites(decision(ctx.oidc.loaded('DeviceCode')))

/** Where a person returns from the screens, to go on allowing a device. */
export const deviceResume = defineAction({
  name: 'device_resume',
  methods: ['GET'],
  path: 'code_verification/:uid',
  params: DIRECT_REQUEST_PARAMETERS,
  wraps: [noStore, deviceErrors('device_resume.error')],
  steps: [
    loadInteraction,
    loadHeldCode,
    endRefused,
    loadDeviceClient,
    restoreRequest,
    keepHolding,
    applyResult,
    ...allowDevice,
  ],
})
