import type { FoundToken } from '../../actions/presented_token/presented_token.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { endFamily } from './end_family.ts'
import { REVOCATION } from './reasons.ts'

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * Removes an entry of which not everything can be read any more. What can be read still counts: whose it is, and which
 * grant a refresh token belongs to. No policy can be asked about what is no token.
 * @throws InvalidRequest for somebody else's
 * @see RFC 7009 §2.1
 */
export async function removeDamagedToken(
  ctx: Ctx,
  rt: Runtime,
  { kind, value, stored }: FoundToken,
): Promise<void> {
  const { clientId } = ctx.oidc.loaded('Client')
  const owner = text(stored.clientId)
  if (owner !== undefined && owner !== clientId) {
    throw new InvalidRequest('client is not authorized to revoke the presented token').because(
      REVOCATION.of_another_client,
    )
  }
  // Whose grant it was can only be trusted as far as the rest.
  const grantId = kind === 'RefreshToken' && owner === clientId ? text(stored.grantId) : undefined
  await endFamily(ctx, rt, { grantId, destroy: () => rt.store.destroy(kind, value) })
}
