import type { CommitOperation } from '../../../../types/adapter.ts'
import { DEFAULTS } from '../../../configuration/defaults.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Runtime, Step } from '../../../engine/runtime.ts'
import { epochTime } from '../../../helpers/epoch_time.ts'
import { InvalidGrant } from '../../../helpers/errors.ts'
import { randomId } from '../../../helpers/random_id.ts'
import { addWords } from '../../../helpers/words.ts'
import type { IssuedToken } from '../../../models/issued_token.ts'
import type { RefreshToken } from '../../../models/refresh_token.ts'
import { consumption } from '../../../models/traits/consumable.ts'
import type { Writes } from '../../../models/transaction.ts'
import { revokeGrant } from '../../issuing/revoke_grant.ts'
import { bindRefreshToken } from '../../issuing/sender.ts'
import { inherited } from '../inherited.ts'
import { REFRESH_TOKEN } from '../reasons.ts'

/** The member that used the token up may come back for the same answer: its first one may have been lost. */
async function findSuccessor(rt: Runtime, spent: RefreshToken): Promise<RefreshToken | undefined> {
  const { refreshTokenReuseWindow } = rt.configuration
  const { consumed, successor } = spent
  if (successor === undefined || typeof consumed !== 'number') return undefined
  if (epochTime() - consumed >= refreshTokenReuseWindow) return undefined
  const heir = await rt.models.RefreshToken.find(successor)
  return heir?.isValid ? heir : undefined
}

/**
 * Refuses a token that was rotated out, and revokes everything it led to: either its holder or its thief is
 * using an old one.
 * @see RFC 9700 §4.14.2
 */
export const checkRefreshTokenUse: Step = async (ctx, rt) => {
  const refreshToken = ctx.oidc.loaded('RefreshToken')
  if (refreshToken.consumed === undefined) return
  const successor = await findSuccessor(rt, refreshToken)
  if (successor !== undefined) return ctx.oidc.presentedBy(successor)
  if (rt.store.isUnanswered(refreshToken.attempt))
    throw new InvalidGrant('refresh token was used up by a failure of ours').because(
      REFRESH_TOKEN.used_up_by_failure,
    )
  // The grant first: were only the token gone, a second try would find nothing to revoke.
  if (refreshToken.grantId !== undefined) await revokeGrant(ctx, rt, refreshToken.grantId, 'RefreshToken')
  await refreshToken.destroy()
  throw new InvalidGrant('refresh token already used').because(REFRESH_TOKEN.replayed)
}

/** The default gives way to a security profile; what the host says does not. @see FAPI 2.0 Security Profile §5.3.2.1 */
async function mayRotate(ctx: Ctx, rt: Runtime): Promise<boolean> {
  const { rotateRefreshToken } = rt.configuration
  const isDefault = rotateRefreshToken === DEFAULTS.rotateRefreshToken
  if (isDefault && ctx.oidc.profile?.rotatesRefreshTokens === false) return false
  return typeof rotateRefreshToken === 'function' ? rotateRefreshToken(ctx) : rotateRefreshToken
}

/** The same token under a new value and with a new lifetime. */
function nextInChain(ctx: Ctx, rt: Runtime, old: RefreshToken): RefreshToken {
  return new rt.models.RefreshToken({
    client: ctx.oidc.loaded('Client'),
    ...inherited(old),
    iiat: old.iiat,
    rotations: (old.rotations ?? 0) + 1,
    gty: addWords(old.gty, 'refresh_token'),
    'x5t#S256': old['x5t#S256'],
    jkt: old.jkt,
  })
}

/** Spends the token; where its successor is to be found again, the spent record names it. */
function spending(rt: Runtime, old: RefreshToken, successor: string): CommitOperation[] {
  if (rt.configuration.refreshTokenReuseWindow === 0) return [consumption(old)]
  const { jti: id, remainingTTL: expiresIn } = old
  const payload = { ...old.toPayload(), consumed: epochTime(), attempt: randomId(), successor }
  return [
    { op: 'require', model: 'RefreshToken', id },
    { op: 'put', model: 'RefreshToken', id, payload, expiresIn },
  ]
}

/** Replaces a token. The request that loses a race for it within the window joins the one that won. */
function rotation(ctx: Ctx, rt: Runtime, old: RefreshToken, issued: IssuedToken): Writes {
  let operations = [...spending(rt, old, issued.value), ...issued.operations]
  let joined = false
  return {
    operations: () => operations,
    written() {
      if (joined) return
      old.consumed ??= epochTime()
      old.announce('consumed')
      issued.announce()
    },
    async rebase() {
      const spent = await rt.models.RefreshToken.find(old.jti, { ctx })
      const successor = spent === undefined ? undefined : await findSuccessor(rt, spent)
      if (successor === undefined) return false
      joined = true
      operations = [{ op: 'require', model: 'RefreshToken', id: successor.jti }]
      ctx.oidc.entity('RefreshToken', successor)
      ctx.oidc.answer['refresh_token'] = successor.jti
      return true
    },
  }
}

/** Replaces the token where the policy wants it, and requires it to be there otherwise. @see RFC 6749 §6 */
export const rotateRefreshToken: Step = async (ctx, rt) => {
  const old = ctx.oidc.loaded('RefreshToken')
  const repeated = ctx.oidc.source !== old
  if (repeated || !(await mayRotate(ctx, rt))) {
    const { jti: id } = ctx.oidc.source
    ctx.oidc.transaction.add([{ op: 'require', model: 'RefreshToken', id }])
    ctx.oidc.answer['refresh_token'] = id
    return
  }
  ctx.oidc.entity('RotatedRefreshToken', old)
  const successor = nextInChain(ctx, rt, old)
  bindRefreshToken(ctx, successor)
  const issued = await successor.issue(ctx)
  ctx.oidc.transaction.addWrites(rotation(ctx, rt, old, issued))
  ctx.oidc.entity('RefreshToken', successor)
  ctx.oidc.answer['refresh_token'] = issued.value
}
