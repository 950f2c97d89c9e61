import type { AdapterFactory, AdapterPayload, GivenAdapter } from '../../../types/adapter.ts'

/**
 * One storage of a host, by the documented contract alone: JSON text under `model:id`. What several providers are
 * given it share everything.
 */
export class SharedRows {
  readonly #rows = new Map<string, string>()

  readonly adapter: AdapterFactory = (model): GivenAdapter => ({
    upsert: async (id, payload) => this.#write(`${model}:${id}`, payload),
    find: async (id) => this.read(model, id),
    findByUid: async (uid) => this.#rowsOf(model).find((row) => row.uid === uid),
    findByUserCode: async (userCode) => this.#rowsOf(model).find((row) => row.userCode === userCode),
    consume: async (id) => {
      const row = this.read(model, id)
      if (row !== undefined)
        this.#write(`${model}:${id}`, { ...row, consumed: Math.floor(Date.now() / 1000) })
    },
    destroy: async (id) => {
      this.#rows.delete(`${model}:${id}`)
    },
    revokeByGrantId: async (grantId) => {
      for (const [key, text] of this.#rows) {
        const row: AdapterPayload = JSON.parse(text)
        if (key.startsWith(`${model}:`) && row.grantId === grantId) this.#rows.delete(key)
      }
    },
  })

  read(model: string, id: string): AdapterPayload | undefined {
    const text = this.#rows.get(`${model}:${id}`)
    return text === undefined ? undefined : JSON.parse(text)
  }

  #write(key: string, payload: AdapterPayload): void {
    this.#rows.set(key, JSON.stringify(payload))
  }

  #rowsOf(model: string): AdapterPayload[] {
    return [...this.#rows].flatMap(([key, text]) => (key.startsWith(`${model}:`) ? [JSON.parse(text)] : []))
  }
}
