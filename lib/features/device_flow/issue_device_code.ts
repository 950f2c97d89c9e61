import { requestedBy } from '../../actions/authorization/direct_request.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { KEPT_BEYOND } from '../../models/traits/polled_token.ts'
import type { Writes } from '../../models/transaction.ts'
import type { DeviceCode } from './device_code.ts'
import { formatUserCode, randomUserCode } from './user_code.ts'

/** @throws TypeError when the host does not describe the device by an object */
async function describeDevice(ctx: Ctx, rt: Runtime): Promise<Record<string, unknown>> {
  const info: unknown = await rt.configuration.features.deviceFlow.deviceInfo(ctx)
  if (!isRecord(info)) throw new TypeError('features.deviceFlow.deviceInfo must return an object')
  return { ...info }
}

async function makeDeviceCode(ctx: Ctx, rt: Runtime): Promise<DeviceCode> {
  const { mask, charset } = rt.configuration.features.deviceFlow
  const code = new rt.models.DeviceCode({
    client: ctx.oidc.loaded('Client'),
    deviceInfo: await describeDevice(ctx, rt),
    params: requestedBy(ctx),
    userCode: randomUserCode(mask, charset),
  })
  await code.setLifetime(ctx)
  return code
}

/**
 * Stores the code, and that its user code is taken as long as it can be found: nobody can be asked about two devices at once.
 * @see RFC 8628 §6.1
 */
async function storing(ctx: Ctx, rt: Runtime, code: DeviceCode): Promise<Writes> {
  const { mask, charset } = rt.configuration.features.deviceFlow
  const { announce } = await code.issue(ctx)
  const { exp = 0 } = code
  return {
    operations: () => [
      rt.models.ReplayDetection.firstUse('user code', rt.issuer, code.userCode ?? '', exp + KEPT_BEYOND),
      ...code.writes(),
    ],
    written: announce,
    async rebase() {
      code.userCode = randomUserCode(mask, charset)
      return true
    },
  }
}

/** @see RFC 8628 §3.2 */
export const issueDeviceCode: Step = async (ctx, rt) => {
  const { mask, interval } = rt.configuration.features.deviceFlow
  const code = await makeDeviceCode(ctx, rt)
  ctx.oidc.transaction.addWrites(await storing(ctx, rt, code))
  ctx.oidc.entity('DeviceCode', code)
  await ctx.oidc.transaction.commit()
  const { exp = 0, userCode = '' } = code
  const shown = formatUserCode(mask, userCode)
  const complete = new URL(ctx.oidc.urlFor('code_verification'))
  complete.searchParams.set('user_code', shown)
  const body = {
    device_code: code.jti,
    user_code: shown,
    verification_uri: ctx.oidc.urlFor('code_verification'),
    verification_uri_complete: complete.href,
    expires_in: exp - epochTime(),
    interval,
  }
  ctx.body = body
  rt.emit('device_authorization.success', ctx, body)
}
