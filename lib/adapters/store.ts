import type { AdapterPayload, CommitOperation, CommitOutcome, ModelName } from '../../types/adapter.ts'

const now = () => Math.floor(Date.now() / 1000)
export class Store {
  rows = new Map<string, AdapterPayload>()
  constructor(_: object) {}
  async find(model: ModelName, id: string): Promise<AdapterPayload | undefined> {
    const row = this.rows.get(`${model}:${id}`)
    return row === undefined ? undefined : structuredClone(row)
  }
  async findByUid(uid: string) {
    return [...this.rows.values()].find((r) => r.kind === 'Session' && r.uid === uid)
  }
  async findByUserCode(code: string) {
    return [...this.rows.values()].find((r) => r.userCode === code)
  }
  async upsert(model: ModelName, id: string, payload: AdapterPayload, _e?: number) {
    this.rows.set(`${model}:${id}`, structuredClone(payload))
  }
  async consume(model: ModelName, id: string) {
    const r = this.rows.get(`${model}:${id}`)
    if (r) r.consumed = now()
  }
  async destroy(model: ModelName, id: string) {
    this.rows.delete(`${model}:${id}`)
  }
  async revokeByGrantId(model: ModelName, grantId: string) {
    for (const [k, r] of this.rows)
      if (k.startsWith(`${model}:`) && r.grantId === grantId) this.rows.delete(k)
  }
  async commit(operations: readonly CommitOperation[]): Promise<CommitOutcome> {
    for (const [failed, o] of operations.entries()) {
      const row = this.rows.get(`${o.model}:${o.id}`)
      const live = row !== undefined && !(row.exp !== undefined && row.exp <= now())
      if (o.op === 'insert' && live) return { committed: false, failed }
      if (o.op === 'consume' && (!live || row?.consumed)) return { committed: false, failed }
      if (
        o.op === 'require' &&
        (!live || row?.consumed || (o.version !== undefined && (row?.version ?? 0) !== o.version))
      )
        return { committed: false, failed }
    }
    for (const o of operations) {
      if (o.op === 'insert' || o.op === 'put') await this.upsert(o.model, o.id, o.payload)
      if (o.op === 'destroy') await this.destroy(o.model, o.id)
      if (o.op === 'consume') {
        const r = this.rows.get(`${o.model}:${o.id}`)
        if (r) {
          r.consumed = now()
          r.attempt = o.attempt
        }
      }
    }
    return { committed: true }
  }
}
