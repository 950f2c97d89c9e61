import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { Client } from '../clients/client.ts'
import type { ModelRuntime } from './model_runtime.ts'

/** An account as a client knows it: `sub`. @see OpenID Connect Core 1.0 §8 */
export async function subjectFor(
  rt: ModelRuntime,
  ctx: KoaContextWithOIDC,
  accountId: string,
  client: Client,
): Promise<string> {
  if (client.subjectType !== 'pairwise') return accountId
  return rt.configuration.pairwiseIdentifier(ctx, accountId, client)
}
