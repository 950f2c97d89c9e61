import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import { OIDCProviderError, SessionNotFound } from '../../../helpers/errors.ts'

/** The client of an interaction that is over, as far as storage still knows. */
async function recall(ctx: Ctx, rt: Runtime, uid: string): Promise<void> {
  const interaction = await rt.models.Interaction.find(uid, { ignoreExpiration: true, ctx })
  const clientId = interaction?.params['client_id']
  if (interaction === undefined || typeof clientId !== 'string') return
  const client = await rt.findClient(clientId)
  if (client === undefined) return
  ctx.oidc.entity('Interaction', interaction)
  ctx.oidc.entity('Client', client)
}

/**
 * Runs what needs a live interaction; where there is none, the page that says so gets to know the application
 * that the end-user can go back to.
 */
export async function recallingApplication<T>(
  ctx: Ctx,
  rt: Runtime,
  uid: string,
  task: () => Promise<T>,
): Promise<T> {
  try {
    return await task()
  } catch (thrown) {
    if (thrown instanceof SessionNotFound) {
      await recall(ctx, rt, uid).catch((failure: unknown) => {
        if (!(failure instanceof OIDCProviderError)) rt.serverError(ctx, failure)
      })
    }
    throw thrown
  }
}
