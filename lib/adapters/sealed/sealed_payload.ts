import type { AdapterPayload, ModelName } from '../../../types/adapter.ts'
import { isRecord } from '../../helpers/is_record.ts'
import type { KeyRing } from './key_ring.ts'
import { SealFailure } from './seal_failure.ts'
import { isName, type SealingKey } from './sealing_key.ts'

/** What adapters look entries up by. It stands there as a name, and as it is inside. */
export const LOOKED_UP = ['uid', 'userCode', 'grantId', 'accountId'] as const
/** What adapters and their conditions look at, and what tells nothing of who or what for. */
export const LOOKED_AT = ['kind', 'iat', 'exp', 'consumed', 'attempt', 'version'] as const
/** Of clients, which hosts write and list themselves, only this is nobody's business. */
const SECRETS_OF_CLIENTS = ['client_secret'] as const

/** An entry as it is meant: under the id it was given, with everything that was stored. */
export interface OpenedEntry {
  readonly id: string
  readonly payload: AdapterPayload
}

export const isSealed = (row: AdapterPayload): boolean => typeof row['sealed'] === 'string'

/** @param readable further members that stay as they are */
export function seal(
  ring: KeyRing,
  key: SealingKey,
  readable: readonly string[],
  entry: { model: ModelName; id: string; payload: AdapterPayload },
): AdapterPayload {
  const { model, id, payload } = entry
  const storedId = key.nameOf(`id:${model}`, id)
  const row: AdapterPayload = { jti: storedId }
  for (const member of LOOKED_AT) copy(payload, row, member)
  for (const member of readable) copy(payload, row, member)
  for (const member of LOOKED_UP) {
    const value = payload[member]
    if (typeof value === 'string') row[member] = key.nameOf(member, value)
  }
  row['sealed'] = ring.seal(key, model, storedId, [id, payload])
  return row
}

function copy(payload: AdapterPayload, row: AdapterPayload, member: string): void {
  const value = payload[member]
  if (value !== undefined) row[member] = value
}

/**
 * Opens a row. What stands outside of the seal counts only where adapters change it, when the entry is used.
 * @param storedId absent where it was not found by its id: then it says itself which it is
 * @throws SealFailure for one that is not sealed, or not for this id
 */
export function open(ring: KeyRing, model: ModelName, row: AdapterPayload, storedId = row.jti): OpenedEntry {
  const { sealed, consumed, attempt } = row
  if (typeof sealed !== 'string' || typeof storedId !== 'string' || !isName(storedId))
    throw new SealFailure(`sealedAdapter: an entry of ${model} is not sealed: something else wrote it`)
  const content = ring.open(model, storedId, sealed)
  const [id, payload]: unknown[] = Array.isArray(content) ? content : []
  if (typeof id !== 'string' || !isRecord(payload))
    throw new SealFailure(`sealedAdapter: an entry of ${model} holds something that is no entry`)
  return {
    id,
    payload: {
      ...payload,
      ...(consumed === undefined ? {} : { consumed }),
      ...(attempt === undefined ? {} : { attempt }),
    },
  }
}

/** A client stays as it is, but for what it proves itself with. */
export function sealClient(ring: KeyRing, id: string, metadata: AdapterPayload): AdapterPayload {
  const secrets: AdapterPayload = {}
  const row = { ...metadata }
  for (const name of SECRETS_OF_CLIENTS) {
    copy(metadata, secrets, name)
    delete row[name]
  }
  if (Object.keys(secrets).length === 0) return row
  return { ...row, sealed: ring.seal(ring.first, 'Client', id, secrets) }
}

/** Clients that hosts wrote themselves are not sealed. */
export function openClient(ring: KeyRing, id: string, row: AdapterPayload): AdapterPayload {
  const { sealed, ...metadata } = row
  if (typeof sealed !== 'string') return row
  const secrets = ring.open('Client', id, sealed)
  return isRecord(secrets) ? { ...metadata, ...secrets } : metadata
}
