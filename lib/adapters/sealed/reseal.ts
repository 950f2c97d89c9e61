import type { AdapterCommit, AdapterPayload, CommitOperation, ModelName } from '../../../types/adapter.ts'
import { isConsumed, isExpired, usableExpiresIn } from '../operations.ts'
import { PLAIN, type Place } from './place.ts'
import { isSealed } from './sealed_payload.ts'
import type { SealedStorage } from './sealed_storage.ts'

const ATTEMPTS = 3

/**
 * Moves one entry to where it would be written now. One that was used up, or has expired, is left to go by itself.
 * @param storedId the id that storage has it under: a name, or what it was given
 * @returns whether it was moved, or rewritten
 */
export async function reseal(
  storage: SealedStorage,
  model: ModelName,
  storedId: string,
  commit: AdapterCommit | undefined,
): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const row = await storage.inner(model).find(storedId)
    if (!row || isExpired(row) || (model !== 'Client' && isConsumed(row))) return false
    const operations = moving(storage, model, storedId, row)
    if (operations.length === 0) return false
    if (commit === undefined) {
      await moveInSteps(storage, operations)
      return true
    }
    if ((await commit(operations)).committed) return true
  }
  return false
}

function moving(
  storage: SealedStorage,
  model: ModelName,
  storedId: string,
  row: AdapterPayload,
): CommitOperation[] {
  const [first, other = PLAIN] = storage.placesOf(model)
  const source: Place = model === 'Client' || isSealed(row) ? openerOf(first, other) : PLAIN
  const entry = source.open(model, row, storedId)
  const id = entry && first.idOf(model, entry.id)
  if (entry === undefined || id === undefined || (id === storedId && model !== 'Client')) return []
  const payload = first.close(model, entry.id, entry.payload)
  const expiresIn = usableExpiresIn(timeLeft(entry.payload))
  const version = typeof row.version === 'number' ? { version: row.version } : {}
  return [
    { op: 'require', model, id: storedId, ...version },
    { op: 'put', model, id, payload, ...(expiresIn === undefined ? {} : { expiresIn }) },
    ...(id === storedId ? [] : [{ op: 'destroy' as const, model, id: storedId }]),
  ]
}

/** Any place that seals opens what any key has sealed. */
const openerOf = (first: Place, other: Place): Place => (first === PLAIN ? other : first)

function timeLeft({ exp }: AdapterPayload): number | undefined {
  return typeof exp === 'number' ? exp - Math.floor(Date.now() / 1000) : undefined
}

async function moveInSteps(storage: SealedStorage, operations: readonly CommitOperation[]): Promise<void> {
  for (const operation of operations) {
    const inner = storage.inner(operation.model)
    if (operation.op === 'put') await inner.upsert(operation.id, operation.payload, operation.expiresIn)
    if (operation.op === 'destroy') await inner.destroy(operation.id)
  }
}
