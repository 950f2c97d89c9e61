import type { AdapterPayload, CommitOperation, CommitOutcome, ModelName } from '../../types/adapter.ts'
import { hasForeignIds, holds, isConsumed, usableExpiresIn } from './operations.ts'

/** What is needed of an adapter that cannot commit. */
export interface EntryAccess {
  find(model: ModelName, id: string): Promise<AdapterPayload | undefined>
  upsert(model: ModelName, id: string, payload: AdapterPayload, expiresIn?: number): Promise<unknown>
  destroy(model: ModelName, id: string): Promise<unknown>
  consume(model: ModelName, id: string): Promise<unknown>
}

type Consume = Extract<CommitOperation, { op: 'consume' }>
type Undo = () => Promise<unknown>

/**
 * Carries out a list with an adapter that knows single calls only. The caller holds the lock of every entry, so
 * inside this process nobody comes between. The order is the safest there is: conditions; new entries, which
 * nobody knows of yet; then `consume`, which decides; changes of known entries; removals, one after the other as they
 * are listed, so that what proves the right to remove goes last. Whatever fails is
 * undone, as far as it is known what was there before: the credential stays usable. After `consume` a failed change is
 * tried once more, because a spent credential without its outcome would look like a theft to the client that tries again.
 */
export async function commitInProcess(
  access: EntryAccess,
  operations: readonly CommitOperation[],
): Promise<CommitOutcome> {
  const conditions = readConditions(access, operations)
  const stored = conditions instanceof Promise ? await conditions : conditions
  const failed = operations.findIndex((operation, position) => !holds(operation, stored[position]))
  if (failed !== -1) return { committed: false, failed }

  const undos: Undo[] = []
  try {
    if (has(operations, 'insert')) await insertAll(access, operations, undos)
    const lost = has(operations, 'consume') ? await consumeAll(access, operations, stored, undos) : undefined
    if (lost !== undefined) {
      await undoAll(undos)
      return { committed: false, failed: lost }
    }
    if (has(operations, 'put') || has(operations, 'destroy'))
      await changeAll(access, operations, stored, undos)
  } catch (error) {
    await undoAll(undos)
    throw error
  }
  return { committed: true }
}

const has = (operations: readonly CommitOperation[], op: CommitOperation['op']): boolean =>
  operations.some((operation) => operation.op === op)

/** Reads, at once, every entry that a condition is about. Nobody else can have made one under a random id. */
function readConditions(
  access: EntryAccess,
  operations: readonly CommitOperation[],
): (AdapterPayload | undefined)[] | Promise<(AdapterPayload | undefined)[]> {
  const reads = new Map<string, Promise<AdapterPayload | undefined>>()
  for (const { op, model, id } of operations) {
    const key = `${model}:${id}`
    const isAsked = op === 'require' || op === 'consume' || (op === 'insert' && hasForeignIds(model))
    if (isAsked && !reads.has(key)) reads.set(key, access.find(model, id))
  }
  if (reads.size === 0) return []
  return Promise.all(reads.values()).then((found) => {
    // Copies: an adapter may hand out the very object that its consume() changes.
    const entries = new Map([...reads.keys()].map((key, position) => [key, copied(found[position])]))
    return operations.map(({ model, id }) => entries.get(`${model}:${id}`))
  })
}

const copied = (found: AdapterPayload | undefined) => (found === undefined ? undefined : { ...found })

function insertAll(
  access: EntryAccess,
  operations: readonly CommitOperation[],
  undos: Undo[],
): Promise<unknown> {
  const inserts = operations.filter((operation) => operation.op === 'insert')
  // Also the one that failed is undone: it may have taken effect before.
  for (const { model, id } of inserts) undos.push(() => access.destroy(model, id))
  return allDone(
    inserts.map(({ model, id, payload, expiresIn }) => access.upsert(model, id, payload, expiresIn)),
  )
}

/** @returns the position of the entry that somebody else consumed first */
async function consumeAll(
  access: EntryAccess,
  operations: readonly CommitOperation[],
  stored: readonly (AdapterPayload | undefined)[],
  undos: Undo[],
): Promise<number | undefined> {
  for (const [position, operation] of operations.entries()) {
    if (operation.op !== 'consume') continue
    if (!(await consumeOne(access, operation))) return position
    const before = stored[position]
    if (before !== undefined) undos.push(() => restore(access, operation, before))
  }
  return undefined
}

/**
 * `false` says that another process won. An older adapter says nothing: then the lock and the entry having been
 * fresh decide, and when the call failed, the entry being consumed now.
 */
async function consumeOne(access: EntryAccess, { model, id }: Consume): Promise<boolean> {
  try {
    return (await access.consume(model, id)) !== false
  } catch (error) {
    const now = await access.find(model, id).catch(() => undefined)
    if (now !== undefined && isConsumed(now)) return true
    throw error
  }
}

async function restore(
  access: EntryAccess,
  { model, id }: CommitOperation,
  before: AdapterPayload,
): Promise<void> {
  const left = typeof before.exp === 'number' ? before.exp - Math.floor(Date.now() / 1000) : undefined
  await access.upsert(model, id, before, usableExpiresIn(left))
}

async function changeAll(
  access: EntryAccess,
  operations: readonly CommitOperation[],
  stored: readonly (AdapterPayload | undefined)[],
  undos: Undo[],
): Promise<void> {
  const persist = undos.length > 0
  const attempt = (call: () => Promise<unknown>): Promise<unknown> => (persist ? call().catch(call) : call())
  const puts = operations.filter((operation) => operation.op === 'put')
  for (const put of puts) {
    const condition = operations.findIndex(
      ({ op, model, id }) => op === 'require' && model === put.model && id === put.id,
    )
    const before = stored[condition]
    if (before !== undefined) undos.push(() => restore(access, put, before))
  }
  await allDone(
    puts.map(({ model, id, payload, expiresIn }) =>
      attempt(() => access.upsert(model, id, payload, expiresIn)),
    ),
  )
  const removals = operations.filter((operation) => operation.op === 'destroy')
  for (const { model, id } of removals) await attempt(() => access.destroy(model, id))
}

/** Waits for all, also when one fails: what is still being written cannot be undone. */
function allDone(calls: readonly Promise<unknown>[]): Promise<unknown> {
  const [only] = calls
  return calls.length === 1 && only !== undefined ? only : everyOne(calls)
}

async function everyOne(calls: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(calls)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

/** As far as possible: the failure that led here is the one to be told. */
async function undoAll(undos: readonly Undo[]): Promise<void> {
  await Promise.allSettled(undos.map((undo) => undo()))
}
