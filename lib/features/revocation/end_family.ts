import { endGrant, sweepGrant, sweepLivingGrant } from '../../actions/issuing/revoke_grant.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'

/** What is known of a refresh token whose family is to end. */
interface Member {
  readonly grantId?: string | undefined
  destroy(): Promise<void>
}

/**
 * Ends a refresh token and everything that was issued under its grant. Where the grant ends, all of it is worthless
 * from then on, and the rest is tidying up. Where the policy keeps the grant, refresh tokens go last, so that after a
 * failure in between a second try still finds this one. It is removed by its own id too: not every adapter can tell
 * what belongs to a grant.
 * @see RFC 7009 §2.1
 */
export async function endFamily(ctx: Ctx, rt: Runtime, token: Member): Promise<void> {
  const { grantId } = token
  if (grantId === undefined) return token.destroy()
  if (await endGrant(ctx, rt, grantId)) {
    await Promise.all([sweepGrant(rt, grantId), token.destroy()])
    return
  }
  await sweepLivingGrant(rt, grantId, 'RefreshToken', () => token.destroy())
}
