import { TOKEN_REQUEST } from '../../actions/token/reasons.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidRequest, InvalidTarget } from '../../helpers/errors.ts'
import { EXCHANGE } from './reasons.ts'
import { JWT } from './token_types.ts'

/** Most audiences that one request may name: each is looked up at the host. */
const MAX_AUDIENCES = 20

const sentValues = (ctx: Ctx, name: string): string[] => [ctx.oidc.sentParams?.[name] ?? []].flat()

async function resourceOf(ctx: Ctx, rt: Runtime, audience: string): Promise<string> {
  const { resourceOfAudience } = rt.configuration.features.tokenExchange
  const resource: unknown = await resourceOfAudience(ctx, audience, ctx.oidc.loaded('Client'))
  if (resource === undefined || resource === null)
    throw new InvalidTarget(undefined, 'the audience is unknown').because(EXCHANGE.audience_unknown)
  if (typeof resource === 'string') return resource
  throw new TypeError('features.tokenExchange.resourceOfAudience must return a resource indicator or nothing')
}

/** Turns logical names into the resources that they stand for; both may be sent. @see RFC 8693 §2.1 (`audience`) */
export const readAudience: Step = async (ctx, rt) => {
  const audiences = [...new Set(sentValues(ctx, 'audience'))]
  if (audiences.length === 0) return
  if (audiences.length > MAX_AUDIENCES)
    throw new InvalidTarget(undefined, 'too many audiences').because(EXCHANGE.audiences_too_many)
  const named = await Promise.all(audiences.map((audience) => resourceOf(ctx, rt, audience)))
  const resource = [...new Set([...sentValues(ctx, 'resource'), ...named])]
  ctx.oidc.takeParameters({
    params: Object.freeze({ ...ctx.oidc.sentParams, resource }),
    malformed: ctx.oidc.malformed,
  })
}

/** What is asked for is what is issued, or nothing is. @see RFC 8693 §2.2.2 (`invalid_target`) */
export const checkTarget: Step = (ctx) => {
  const { resourceServer } = ctx.oidc.request
  if (sentValues(ctx, 'resource').length > 0 && resourceServer === undefined)
    throw new InvalidTarget().because(TOKEN_REQUEST.target_unresolved, { seen: ['resource'] })
  const { requestedTokenType } = ctx.oidc.understood('sentExchange')
  if (requestedTokenType === JWT && resourceServer?.accessTokenFormat !== 'jwt') {
    throw new InvalidRequest('requested_token_type is not what the resource server gets').because(
      EXCHANGE.requested_type_mismatch,
    )
  }
}
