import { interaction } from '../../../actions/authorization/interaction/interaction.ts'
import {
  authenticationOf,
  storedResources,
} from '../../../actions/authorization/issuing/authentication_of.ts'
import { bindToSession } from '../../../actions/authorization/issuing/bind_to_session.ts'
import { rememberAuthorization } from '../../../actions/authorization/issuing/remember_authorization.ts'
import { commitAnswer } from '../../../actions/authorization/issuing/send_answer.ts'
import { directRequestRules } from '../../../actions/authorization/rules/request_rules.ts'
import type { StepList } from '../../../engine/define_action.ts'
import type { Step } from '../../../engine/runtime.ts'
import { successSource } from '../device_sources.ts'
import { renderSource } from './render_source.ts'

/** Notes who allowed the device; it is written with everything else. @see RFC 8628 §3.3 */
const approveDevice: Step = async (ctx, rt) => {
  const code = ctx.oidc.loaded('DeviceCode')
  const { uid: sessionUid } = ctx.oidc.loaded('Session')
  code.approve({ ...authenticationOf(ctx), resource: storedResources(ctx), sessionUid })
  await bindToSession(ctx, rt, code)
}

const showSuccess: Step = (ctx, rt) =>
  renderSource(ctx, rt, {
    option: 'successSource',
    source: () => rt.configuration.features.deviceFlow.successSource(ctx),
    ours: () => successSource(ctx),
  })

/** What happens once the person has confirmed the device: who they are, what they allow, and then it is done. */
export const allowDevice: StepList = [
  ...directRequestRules,
  ...interaction,
  rememberAuthorization,
  approveDevice,
  commitAnswer,
  showSuccess,
]
