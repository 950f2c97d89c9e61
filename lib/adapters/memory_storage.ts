import QuickLRU from 'quick-lru'
import type { AdapterPayload, CommitOperation, CommitOutcome, ModelName } from '../../types/adapter.ts'
import { jsonCopy } from './json_copy.ts'
import { holds, isConsumed } from './operations.ts'

type Indexed = 'uid' | 'userCode' | 'grantId' | 'accountId'
const INDEXED: readonly Indexed[] = ['uid', 'userCode', 'grantId', 'accountId']

interface Entry {
  /** A copy of what was stored, and each reader gets one of it: nobody can change it from outside. */
  readonly payload: AdapterPayload
  /** Epoch milliseconds; Infinity means never. */
  readonly droppedAt: number
  readonly indexKeys: readonly string[]
}

/** The entries of all models of one provider. Every method is synchronous, so each one is atomic. */
export class MemoryStorage {
  readonly #max: number
  /** By model, and sessions by whether anybody is logged in: what visitors can make many of pushes out nothing else. */
  readonly #evictable = new Map<string, QuickLRU<string, Entry>>()
  /** Evicting one of these would let a spent credential be used again. They leave when they expire. */
  readonly #protected = new Map<string, Entry>()
  readonly #index = new Map<string, Set<string>>()
  #sweepAt = 1000

  constructor(max: number) {
    this.#max = max
  }

  /** How many entries and how many indexed values take up memory, the expired ones too. */
  get size(): { entries: number; indexed: number } {
    const kept = [...this.#evictable.values()].reduce((sum, entries) => sum + [...entries.keys()].length, 0)
    return { entries: kept + this.#protected.size, indexed: this.#index.size }
  }

  get(model: ModelName, id: string): AdapterPayload | undefined {
    return jsonCopy(this.#read(keyOf(model, id)))
  }

  /** The entry of a model that was stored last with this value. */
  getBy(member: Indexed, model: ModelName, value: string): AdapterPayload | undefined {
    const keys = this.#index.get(indexKeyOf(model, member, value)) ?? []
    for (const key of [...keys].reverse()) {
      const found = this.#read(key)
      if (found !== undefined) return jsonCopy(found)
    }
    return undefined
  }

  set(model: ModelName, id: string, payload: AdapterPayload, expiresIn?: number): void {
    this.#write(model, keyOf(model, id), jsonCopy(payload), dropTime(expiresIn))
  }

  delete(model: ModelName, id: string): void {
    this.#drop(keyOf(model, id))
  }

  deleteByGrantId(model: ModelName, grantId: string): void {
    for (const key of [...(this.#index.get(indexKeyOf(model, 'grantId', grantId)) ?? [])]) this.#drop(key)
  }

  /** In the order of their ids: what is removed meanwhile moves no page. */
  listByAccountId(
    model: ModelName,
    accountId: string,
    { limit, after = '' }: { limit: number; after?: string | undefined },
  ): { id: string; payload: AdapterPayload }[] {
    const keys = [...(this.#index.get(indexKeyOf(model, 'accountId', accountId)) ?? [])]
    const ids = keys.map((key) => key.slice(model.length + 1)).filter((id) => id > after)
    const entries = ids.sort(byCodeUnits).flatMap((id) => {
      const payload = this.#read(keyOf(model, id))
      return payload === undefined ? [] : [{ id, payload }]
    })
    return entries.slice(0, limit).map(({ id, payload }) => ({ id, payload: jsonCopy(payload) }))
  }

  commit(operations: readonly CommitOperation[]): CommitOutcome {
    const failed = operations.findIndex(
      (operation) => !holds(operation, this.#read(keyOf(operation.model, operation.id))),
    )
    if (failed !== -1) return { committed: false, failed }
    // All copies before the first write: what cannot be stored leaves the others undone.
    for (const operation of operations.map(ownOperation)) this.#apply(operation)
    return { committed: true }
  }

  /** Its payload belongs to the storage from here on. */
  #apply(operation: CommitOperation): void {
    const { op, model, id } = operation
    if (op === 'consume') this.#consume(model, id, operation.attempt)
    else if (op === 'insert' || op === 'put')
      this.#write(model, keyOf(model, id), operation.payload, dropTime(operation.expiresIn))
    else if (op === 'destroy') this.delete(model, id)
  }

  #consume(model: ModelName, id: string, attempt: string): void {
    const key = keyOf(model, id)
    const entry = this.#entry(key)
    if (entry === undefined) return
    const consumed = Math.floor(Date.now() / 1000)
    this.#write(model, key, { ...entry.payload, consumed, attempt }, entry.droppedAt)
  }

  /** What is stored itself, not for others. */
  #read(key: string): AdapterPayload | undefined {
    const entry = this.#entry(key)
    if (entry === undefined) return undefined
    if (entry.droppedAt > Date.now()) return entry.payload
    this.#drop(key)
    return undefined
  }

  #evictableAs(kind: string): QuickLRU<string, Entry> {
    const known = this.#evictable.get(kind)
    if (known !== undefined) return known
    const entries = new QuickLRU<string, Entry>({
      maxSize: this.#max,
      onEviction: (evicted, entry) => this.#unindex(evicted, entry),
    })
    this.#evictable.set(kind, entries)
    return entries
  }

  #entry(key: string): Entry | undefined {
    const model = modelOf(key)
    return (
      this.#protected.get(key) ??
      this.#evictableAs(model).get(key) ??
      (model === 'Session' ? this.#evictableAs(SESSION_OF_NOBODY).get(key) : undefined)
    )
  }

  #write(model: ModelName, key: string, payload: AdapterPayload, droppedAt: number): void {
    const indexKeys = INDEXED.flatMap((member) => {
      const value = payload[member]
      return typeof value === 'string' ? indexKeyOf(model, member, value) : []
    })
    const entry: Entry = { payload, droppedAt, indexKeys }

    this.#drop(key)
    for (const indexKey of indexKeys) {
      const keys = this.#index.get(indexKey)
      if (keys === undefined) this.#index.set(indexKey, new Set([key]))
      else keys.add(key)
    }
    if (model === 'ReplayDetection' || isConsumed(payload)) this.#protect(key, entry)
    else this.#evictableAs(isOfNobody(model, payload) ? SESSION_OF_NOBODY : model).set(key, entry)
  }

  /** Looks for expired ones each time their number has doubled, so the cost per entry is constant. */
  #protect(key: string, entry: Entry): void {
    this.#protected.set(key, entry)
    if (this.#protected.size < this.#sweepAt) return
    const now = Date.now()
    for (const [other, { droppedAt }] of this.#protected) if (droppedAt <= now) this.#drop(other)
    this.#sweepAt = Math.max(1000, this.#protected.size * 2)
  }

  #drop(key: string): void {
    const entry = this.#entry(key)
    if (entry === undefined) return
    this.#protected.delete(key)
    const model = modelOf(key)
    this.#evictable.get(model)?.delete(key)
    if (model === 'Session') this.#evictable.get(SESSION_OF_NOBODY)?.delete(key)
    this.#unindex(key, entry)
  }

  #unindex(key: string, { indexKeys }: Entry): void {
    for (const indexKey of indexKeys) {
      const keys = this.#index.get(indexKey)
      keys?.delete(key)
      if (keys?.size === 0) this.#index.delete(indexKey)
    }
  }
}

const ownOperation = (operation: CommitOperation): CommitOperation =>
  'payload' in operation ? { ...operation, payload: jsonCopy(operation.payload) } : operation

const dropTime = (expiresIn: number | undefined): number =>
  expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000

/** A session that a visit made, in which nobody has logged in. */
const SESSION_OF_NOBODY = 'Session of nobody'
const isOfNobody = (model: string, payload: AdapterPayload): boolean =>
  model === 'Session' && typeof payload.accountId !== 'string'

const modelOf = (key: string): string => key.slice(0, key.indexOf(':'))

const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : 1)

/** Model names hold no colon, so no id can reach into another model. */
function keyOf(model: ModelName, id: string): string {
  return `${model}:${id}`
}

function indexKeyOf(model: ModelName, member: Indexed, value: string): string {
  return `${model}:${member}:${value}`
}
