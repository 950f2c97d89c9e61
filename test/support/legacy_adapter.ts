import type { AdapterFactory, AdapterPayload, GivenAdapter } from '../../types/adapter.ts'

/**
 * An adapter as hosts have written them for years: one Map, no `commit`, the stored object itself is handed out.
 * @param entries the storage; two adapters with the same one are two processes
 * @param options.tells whether `consume` resolves `true` and `false` instead of nothing
 */
export function legacyAdapter(
  entries: Map<string, AdapterPayload> = new Map(),
  options: { tells?: boolean } = {},
): AdapterFactory {
  const findBy = (model: string, member: 'uid' | 'userCode', value: string): AdapterPayload | undefined => {
    for (const [key, payload] of entries) {
      if (key.startsWith(`${model}:`) && payload[member] === value) return payload
    }
    return undefined
  }
  return (model): GivenAdapter => ({
    async upsert(id, payload) {
      entries.set(`${model}:${id}`, { ...payload })
    },
    async find(id) {
      return entries.get(`${model}:${id}`)
    },
    findByUid: async (uid) => findBy(model, 'uid', uid),
    findByUserCode: async (userCode) => findBy(model, 'userCode', userCode),
    async consume(id) {
      const payload = entries.get(`${model}:${id}`)
      const wins = payload !== undefined && payload.consumed === undefined
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
      return options.tells ? wins : undefined
    },
    async destroy(id) {
      entries.delete(`${model}:${id}`)
    },
    async revokeByGrantId(grantId) {
      for (const [key, payload] of entries) {
        if (key.startsWith(`${model}:`) && payload.grantId === grantId) entries.delete(key)
      }
    },
  })
}
