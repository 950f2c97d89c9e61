import type { Ctx } from '../../engine/context.ts'
import { runSteps } from '../../engine/run_action.ts'
import type { GrantType, Runtime, Step } from '../../engine/runtime.ts'
import { InvalidRequest, UnauthorizedClient, UnsupportedGrantType } from '../../helpers/errors.ts'
import { readParameters } from '../../helpers/http/parameters.ts'

function selectGrant(ctx: Ctx, rt: Runtime): GrantType {
  const name = ctx.oidc.param('grant_type')
  if (name === undefined) throw new InvalidRequest("missing required parameter 'grant_type'")
  const grantType = rt.grantTypes.get(name)
  if (grantType === undefined) throw new UnsupportedGrantType()
  if (!ctx.oidc.loaded('Client').grantTypeAllowed(name)) {
    throw new UnauthorizedClient('requested grant type is not allowed for this client')
  }
  return grantType
}

/** Hands the request to its grant type, with the parameters that this one knows. @see RFC 6749 §4.5, §5.2 */
export const runGrant: Step = async (ctx, rt) => {
  const { name, steps } = selectGrant(ctx, rt)
  const read = readParameters(ctx.oidc.sent, rt.grantParameters.get(name) ?? ctx.oidc.recognised)
  const [reason] = read.malformed.values()
  if (reason !== undefined) throw new InvalidRequest(reason)
  ctx.oidc.takeParameters(read)
  await runSteps(steps, ctx, rt)
  rt.emit('grant.success', ctx)
}
