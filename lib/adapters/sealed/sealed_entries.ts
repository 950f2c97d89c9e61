import type { AdapterPayload, GivenAdapter, ModelName } from '../../../types/adapter.ts'
import type { SealedStorage } from './sealed_storage.ts'

/** The adapter of one model: what the one below can do, and no more. */
export function sealedEntries(storage: SealedStorage, model: ModelName): GivenAdapter {
  const inner = storage.inner(model)
  const places = storage.placesOf(model)
  const { findByUid, findByUserCode, listByAccountId } = inner
  return {
    upsert: (id, payload, expiresIn) => upsert(storage, model, { id, payload, expiresIn }),
    find: async (id) => (await storage.find(model, id))?.payload,
    async consume(id) {
      const place = places.length === 1 ? places[0] : (await storage.find(model, id))?.place
      return await inner.consume((place ?? places[0]).idOf(model, id) ?? id)
    },
    destroy: (id) => inAll(places, (place) => place.idOf(model, id), inner.destroy.bind(inner)),
    revokeByGrantId: (grantId) =>
      inAll(places, (place) => place.nameOf('grantId', grantId), inner.revokeByGrantId.bind(inner)),
    ...(findByUid && {
      findByUid: async (uid) => (await storage.findBy(model, 'uid', uid, findByUid.bind(inner)))?.payload,
    }),
    ...(findByUserCode && {
      findByUserCode: async (code) =>
        (await storage.findBy(model, 'userCode', code, findByUserCode.bind(inner)))?.payload,
    }),
    ...(listByAccountId && {
      listByAccountId: (accountId, page) =>
        storage.listByAccountId(model, accountId, page, listByAccountId.bind(inner)),
    }),
  }
}

/** What is written leaves the other places, once it stands in the first. */
async function upsert(
  storage: SealedStorage,
  model: ModelName,
  entry: { id: string; payload: AdapterPayload; expiresIn: number | undefined },
): Promise<void> {
  const { id, payload, expiresIn } = entry
  const [first, ...others] = storage.placesOf(model)
  const inner = storage.inner(model)
  await inner.upsert(first.idOf(model, id) ?? id, first.close(model, id, payload), expiresIn)
  await inAll(others, (place) => place.idOf(model, id), inner.destroy.bind(inner))
}

/** The first place last: what moves there meanwhile is met in one of them. */
async function inAll<T>(
  places: readonly T[],
  name: (place: T) => string | undefined,
  call: (name: string) => Promise<unknown>,
): Promise<void> {
  for (const place of [...places].reverse()) {
    const known = name(place)
    if (known !== undefined) await call(known)
  }
}
