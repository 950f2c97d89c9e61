import type { Step } from '../../engine/runtime.ts'
import { bindRefreshToken } from '../issuing/sender.ts'
import { inherited } from './inherited.ts'

/** @see RFC 6749 §1.5, OpenID Connect Core 1.0 §11 */
export const issueRefreshToken: Step = async (ctx, rt) => {
  const { source } = ctx.oidc
  // Rotation is about those.
  if (source.kind === 'RefreshToken') return
  const client = ctx.oidc.loaded('Client')
  if (!(await rt.configuration.issueRefreshToken(ctx, client, source))) return
  const refreshToken = new rt.models.RefreshToken({
    client,
    ...inherited(source),
    gty: source.gty,
  })
  bindRefreshToken(ctx, refreshToken)
  const issued = await refreshToken.issue(ctx)
  ctx.oidc.entity('RefreshToken', refreshToken)
  ctx.oidc.transaction.add(issued.operations, issued.announce)
  ctx.oidc.answer['refresh_token'] = issued.value
}
