import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { OIDCProviderError } from '../../helpers/errors.ts'

/** A client of a login that is over. One that is gone, or not valid any more, has nowhere to be told; nor has one that cannot be read. */
export async function findClientToTell(ctx: Ctx, rt: Runtime, clientId: string): Promise<Client | undefined> {
  try {
    return rt.knownClient(clientId) ?? (await rt.findClient(clientId))
  } catch (thrown) {
    if (!(thrown instanceof OIDCProviderError)) rt.serverError(ctx, thrown)
    return undefined
  }
}
