import type { Step } from '../../engine/runtime.ts'
import { InvalidGrant } from '../../helpers/errors.ts'
import { loadGrantOf } from '../issuing/load_grant_of.ts'

/** Loads the grant; tokens are only stored if it is still there in the very moment they are. */
export const loadTokenGrant: Step = async (ctx, rt) => {
  await loadGrantOf(ctx, rt, ctx.oidc.source, (detail) => new InvalidGrant(detail))
  ctx.oidc.transaction.add([{ op: 'require', model: 'Grant', id: ctx.oidc.loaded('Grant').jti }])
}
