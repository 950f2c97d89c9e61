import type { JwtBearerAssertion, JwtBearerDecision } from '../../../types/features/jwt_bearer.ts'
import { parseScope } from '../../actions/authorization/rules/read_scope.ts'
import { findAccount } from '../../actions/token/issuance/find_account.ts'
import { TOKEN_REQUEST } from '../../actions/token/reasons.ts'
import { ownCopy } from '../../clients/own_copy.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidGrant, InvalidTarget } from '../../helpers/errors.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { JWT_BEARER } from './reasons.ts'

/** A resource that nobody here knows of is not given by leaving it out. @see RFC 8707 §2 */
export const checkBearerTarget: Step = (ctx) => {
  const isNamed = ctx.oidc.sentParams?.['resource'] !== undefined
  if (isNamed && ctx.oidc.request.resourceServer === undefined)
    throw new InvalidTarget().because(TOKEN_REQUEST.target_unresolved, { seen: ['resource'] })
}

function assertionOf(ctx: Ctx): JwtBearerAssertion {
  const { iss, sub, payload } = ctx.oidc.understood('issuedAssertion')
  return {
    client: ctx.oidc.loaded('Client'),
    issuer: iss,
    subject: sub,
    claims: Object.freeze(ownCopy(payload)),
    resourceServer: ctx.oidc.request.resourceServer?.copy(),
    scopes: [...parseScope(ctx.oidc.param('scope'))],
  }
}

function readDecision(decision: JwtBearerDecision | undefined): JwtBearerDecision {
  if (!isRecord(decision))
    throw new InvalidGrant('the policy refuses the assertion').because(JWT_BEARER.not_allowed)
  const { accountId } = decision
  if (typeof accountId === 'string' && accountId !== '') return decision
  throw new TypeError('features.jwtBearer.policy must name an accountId, or return nothing')
}

/** Asks the host, last of all, who the assertion is about here. @see RFC 7523 §3 */
export const decideAssertion: Step = async (ctx, rt) => {
  const { policy } = rt.configuration.features.jwtBearer
  ctx.oidc.understand('bearerDecision', readDecision(await policy(ctx, assertionOf(ctx))))
}

export const loadAssertedAccount: Step = async (ctx, rt) => {
  const { accountId } = ctx.oidc.understood('bearerDecision')
  await findAccount(ctx, rt, accountId, (detail) => new InvalidGrant(detail))
}
