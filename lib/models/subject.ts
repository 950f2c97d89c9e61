import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { Client } from '../clients/client.ts'
import type { ModelRuntime } from './model_runtime.ts'

/**
 * An account as a client knows it: `sub`.
 * @param ctx absent outside of a request, which the host's function has to do without
 * @throws when there is none: the account's own id tells others who it is
 * @see OpenID Connect Core 1.0 §8
 */
export function subjectFor(
  rt: ModelRuntime,
  ctx: KoaContextWithOIDC | undefined,
  accountId: string,
  client: Client,
): string | Promise<string> {
  return client.subjectType === 'pairwise' ? pairwiseSubject(rt, ctx, accountId, client) : accountId
}

async function pairwiseSubject(
  rt: ModelRuntime,
  ctx: KoaContextWithOIDC | undefined,
  accountId: string,
  client: Client,
): Promise<string> {
  const { pairwiseIdentifier } = rt.configuration
  const subject: unknown = await Reflect.apply(pairwiseIdentifier, undefined, [ctx, accountId, client])
  if (typeof subject === 'string' && subject !== '') return subject
  throw new TypeError('pairwiseIdentifier must return a string that is not empty')
}
