import { Deadlines } from '../../lib/adapters/deadlines.ts'
import { TimedAdapters } from '../../lib/adapters/timed_adapters.ts'
import type { AdapterConstructor, AdapterFactory, GivenAdapter, ModelName } from '../../types/adapter.ts'

/** One call of an adapter, `commit` included. */
export interface AdapterCall {
  /** For example `AccessToken.find`, or `commit`. */
  name: string
  /** What it was called with. */
  args: readonly unknown[]
}

export type Around = <T>(call: AdapterCall, run: () => Promise<T>) => Promise<T>

/** An adapter that does what another one does, with `around` surrounding each of its calls. */
export function wrapAdapter(adapter: AdapterConstructor | AdapterFactory, around: Around): AdapterFactory {
  const inner = new TimedAdapters(adapter, new Deadlines(Number.POSITIVE_INFINITY))
  const factory: AdapterFactory = (model) => wrapInstance(inner.instance(model), model, around)
  if (adapter.commit !== undefined) {
    const commit = adapter.commit.bind(adapter)
    factory.commit = (operations, options) =>
      around({ name: 'commit', args: [operations] }, async () => commit(operations, options))
  }
  return factory
}

function wrapInstance(inner: GivenAdapter, model: ModelName, around: Around): GivenAdapter {
  const call = <T>(method: string, args: readonly unknown[], run: () => Promise<T>): Promise<T> =>
    around({ name: `${model}.${method}`, args }, run)
  const { findByUid, findByUserCode, listByAccountId } = inner
  return {
    upsert: (id, payload, expiresIn) =>
      call('upsert', [id, payload, expiresIn], () => inner.upsert(id, payload, expiresIn)),
    find: (id) => call('find', [id], () => inner.find(id)),
    consume: (id) => call('consume', [id], () => inner.consume(id)),
    destroy: (id) => call('destroy', [id], () => inner.destroy(id)),
    revokeByGrantId: (grantId) => call('revokeByGrantId', [grantId], () => inner.revokeByGrantId(grantId)),
    ...(findByUid && { findByUid: (uid) => call('findByUid', [uid], () => findByUid.call(inner, uid)) }),
    ...(findByUserCode && {
      findByUserCode: (code) => call('findByUserCode', [code], () => findByUserCode.call(inner, code)),
    }),
    ...(listByAccountId && {
      listByAccountId: (accountId, page) =>
        call('listByAccountId', [accountId, page], () => listByAccountId.call(inner, accountId, page)),
    }),
  }
}
