import type { AdapterFactory, AdapterPayload, GivenAdapter } from '../../types/adapter.ts'

/** The documented contract over Maps, without `commit` and without eviction: the same for every provider. */
export function mapAdapter(): AdapterFactory {
  const byGrant = new Map<string, Map<string, AdapterPayload>[]>()
  return (): GivenAdapter => {
    const entries = new Map<string, AdapterPayload>()
    const byUid = new Map<string, string>()
    const remember = (id: string, { uid, grantId }: AdapterPayload): void => {
      if (uid !== undefined) byUid.set(uid, id)
      if (grantId === undefined) return
      const kinds = byGrant.get(grantId)
      if (kinds === undefined) byGrant.set(grantId, [entries])
      else if (!kinds.includes(entries)) kinds.push(entries)
    }
    return {
      async upsert(id, payload) {
        entries.set(id, payload)
        remember(id, payload)
      },
      find: async (id) => entries.get(id),
      findByUid: async (uid) => entries.get(byUid.get(uid) ?? ''),
      findByUserCode: async () => undefined,
      async consume(id) {
        const payload = entries.get(id)
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        entries.delete(id)
      },
      async revokeByGrantId(grantId) {
        if (byGrant.get(grantId)?.includes(entries) !== true) return
        for (const [id, payload] of entries) if (payload.grantId === grantId) entries.delete(id)
      },
    }
  }
}
