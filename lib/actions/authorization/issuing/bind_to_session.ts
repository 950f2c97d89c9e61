import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import type { AccessToken } from '../../../models/access_token.ts'
import type { AuthorizationCode } from '../../../models/authorization_code.ts'

/** Lets what is issued end with the session, where the host wants that. It knows its session in any case. */
export async function bindToSession(
  ctx: Ctx,
  rt: Runtime,
  issued: AccessToken | AuthorizationCode,
): Promise<void> {
  if (await rt.configuration.expiresWithSession(ctx, issued)) issued.expiresWithSession = true
}
