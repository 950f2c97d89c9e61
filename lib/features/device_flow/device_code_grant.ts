import { issueTokens } from '../../actions/token/issue_tokens.ts'
import { loadTokenAccount } from '../../actions/token/load_token_account.ts'
import { loadTokenGrant } from '../../actions/token/load_token_grant.ts'
import { checkPolledCode, consumePolledCode, type PollPaces } from '../../actions/token/polled_code.ts'
import { slot } from '../../engine/define_action.ts'
import { defineGrant, type GrantDefinition } from '../../engine/define_grant.ts'
import { missingParameter } from '../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidGrant } from '../../helpers/errors.ts'
import { DEVICE_CODE } from './device_code_grant_name.ts'
import { DEVICE } from './reasons.ts'

const loadDeviceCode = (paces: PollPaces): Step =>
  async function loadDeviceCode(ctx, rt) {
    const value = ctx.oidc.param('device_code')
    if (value === undefined) throw missingParameter('device_code')
    const code = await rt.models.DeviceCode.find(value, { ignoreExpiration: true, ctx })
    if (code === undefined) throw new InvalidGrant('device code not found').because(DEVICE.code_not_found)
    ctx.oidc.entity('DeviceCode', code)
    await checkPolledCode(ctx, rt, code, paces)
    ctx.oidc.presentedBy(code)
  }

/** A device asks whether it was allowed, until somebody has decided. @see RFC 8628 §3.4, §3.5 */
export const deviceCodeGrant = (paces: PollPaces): GrantDefinition =>
  defineGrant({
    name: DEVICE_CODE,
    params: ['device_code'],
    steps: [
      loadDeviceCode(paces),
      loadTokenGrant,
      loadTokenAccount,
      slot('token_binding'),
      consumePolledCode,
      ...issueTokens,
    ],
  })
