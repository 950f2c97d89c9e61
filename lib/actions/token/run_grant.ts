import type { Ctx } from '../../engine/context.ts'
import { malformedParameter, missingParameter } from '../../engine/reasons/parameter_errors.ts'
import { runSteps } from '../../engine/run_action.ts'
import type { GrantType, Runtime, Step } from '../../engine/runtime.ts'
import { UnauthorizedClient, UnsupportedGrantType } from '../../helpers/errors.ts'
import { readParameters } from '../../helpers/http/parameters.ts'
import { keepShapes } from '../../helpers/memory/keep_shapes.ts'
import { TOKEN_REQUEST } from './reasons.ts'

function selectGrant(ctx: Ctx, rt: Runtime): GrantType {
  const name = ctx.oidc.param('grant_type')
  if (name === undefined) throw missingParameter('grant_type')
  const grantType = rt.grantTypes.get(name)
  if (grantType === undefined)
    throw new UnsupportedGrantType().because(TOKEN_REQUEST.grant_type_unsupported, {
      seen: [name],
      accepted: [...rt.grantTypes.keys()],
    })
  if (!ctx.oidc.loaded('Client').grantTypeAllowed(name)) {
    throw new UnauthorizedClient('requested grant type is not allowed for this client').because(
      TOKEN_REQUEST.grant_type_not_allowed,
      { seen: [name], accepted: ctx.oidc.loaded('Client').grantTypes },
    )
  }
  return grantType
}

/** Hands the request to its grant type, with the parameters that this one knows. @see RFC 6749 §4.5, §5.2 */
export const runGrant: Step = async (ctx, rt) => {
  const { name, steps } = selectGrant(ctx, rt)
  const read = readParameters(ctx.oidc.sent, rt.grantParameters.get(name) ?? ctx.oidc.recognised)
  const [malformed] = read.malformed
  if (malformed !== undefined) throw malformedParameter(...malformed)
  ctx.oidc.takeParameters(read)
  keepShapes(name, ctx)
  await runSteps(steps, ctx, rt)
  rt.emit('grant.success', ctx)
}
