import type { AdapterFactory, AdapterPayload, GivenAdapter } from '../../types/adapter.ts'

/**
 * Adds to an adapter that it can look up by account.
 * @param entries what it keeps, by `Model:id`
 */
export function listingAdapter(
  inner: AdapterFactory,
  entries: ReadonlyMap<string, AdapterPayload>,
): AdapterFactory {
  const make = (model: Parameters<AdapterFactory>[0]): GivenAdapter => ({
    ...inner(model),
    listByAccountId: async (accountId: string) => ({
      entries: [...entries]
        .filter(([key, payload]) => key.startsWith(`${model}:`) && payload.accountId === accountId)
        .map(([key, payload]) => ({ id: key.slice(model.length + 1), payload })),
    }),
  })
  return inner.commit === undefined ? make : Object.assign(make, { commit: inner.commit })
}
