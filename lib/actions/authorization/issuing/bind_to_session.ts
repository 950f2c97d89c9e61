import type { SessionBoundPayload } from '../../../../types/models.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'

type Bindable = Parameters<Runtime['configuration']['expiresWithSession']>[1] & SessionBoundPayload

/** Lets what is issued end with the session, where the host wants that. It knows its session in any case. */
export async function bindToSession(ctx: Ctx, rt: Runtime, issued: Bindable): Promise<void> {
  if (await rt.configuration.expiresWithSession(ctx, issued)) issued.expiresWithSession = true
}
