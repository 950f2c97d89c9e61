import type { AdapterPayload, CommitOperation, ModelName } from '../../../types/adapter.ts'
import { consumedAt } from '../consumed_at.ts'
import { hasForeignIds, isUsableId } from '../operations.ts'
import { accountKey } from './account_key.ts'
import { asText, isUnstorable, looksLikeText } from './stored_payload.ts'

/** An operation as the function in the database reads it. */
interface Step {
  position: number
  op: CommitOperation['op']
  /** Whether this or another operation of the list changes the entry. */
  changed: boolean
  /** Whether others choose such ids, so that an entry may well be there that an insert meets. */
  foreign_id: boolean
  model: ModelName
  id: string
  payload?: AdapterPayload
  /** Seconds until it may be dropped. */
  keep?: number | undefined
  /** Epoch seconds. */
  exp?: number | undefined
  consumed?: number | undefined
  attempt?: string
  version?: number | undefined
  grant_id?: string | undefined
  uid?: string | undefined
  user_code?: string | undefined
  account_id?: string | undefined
}

/** Seconds; a PostgreSQL timestamp ends soon after. What lives longer never expires. */
const LAST_TIME = 8_000_000_000_000
const LONGEST_KEEP = 1_000_000_000_000

/** A list of operations, as JSON. */
export function stepsOf(operations: readonly CommitOperation[]): string {
  const steps = operations.map((operation, position): Step => {
    const changed = isChanged(operations, operation)
    const foreign_id = hasForeignIds(operation.model)
    return Object.assign(stepOf(operation), { position, changed, foreign_id })
  })
  steps.sort(byKey)
  const json = JSON.stringify(steps)
  if (!isUnstorable(json)) return json
  return JSON.stringify(steps.map(withTextOnly))
}

/** Lists are short. */
function isChanged(operations: readonly CommitOperation[], { op, model, id }: CommitOperation): boolean {
  if (op !== 'require') return true
  return operations.some((other) => other.op !== 'require' && other.id === id && other.model === model)
}

/** A payload that JSONB can hold, as JSON. */
export function payloadOf(step: StoredStep): string {
  const json = JSON.stringify(step.payload)
  return isUnstorable(json) ? JSON.stringify(withTextOnly(step).payload) : json
}

function withTextOnly<S extends { payload?: AdapterPayload }>(step: S): S {
  const { payload } = step
  return payload === undefined || looksLikeText(payload) ? step : { ...step, payload: asText(payload) }
}

/** Any order will do that is the same for all; a `require` stays in front of what changes the entry. */
function byKey(one: Step, other: Step): number {
  if (one.model !== other.model) return one.model < other.model ? -1 : 1
  if (one.id !== other.id) return one.id < other.id ? -1 : 1
  return one.position - other.position
}

export type StoredStep = Omit<Step, 'position' | 'changed' | 'foreign_id'>

/** What is stored of one operation, whatever else is in its list. */
export function stepOf(operation: CommitOperation): StoredStep {
  const { op, model, id } = operation
  if (op === 'consume') return { op, model, id, attempt: operation.attempt }
  if (op === 'require') return { op, model, id, version: operation.version }
  if (op === 'destroy') return { op, model, id }
  const { payload, expiresIn } = operation
  return {
    op,
    model,
    id,
    payload: looksLikeText(payload) ? asText(payload) : payload,
    keep: expiresIn !== undefined && expiresIn < LONGEST_KEEP ? expiresIn : undefined,
    exp: expiryOf(payload),
    consumed: consumptionOf(payload),
    version: versionOf(payload),
    ...lookedUp(model, payload),
  }
}

function expiryOf({ exp }: AdapterPayload): number | undefined {
  if (typeof exp !== 'number' || !(exp < LAST_TIME)) return undefined
  return Math.max(exp, 0)
}

function consumptionOf({ consumed }: AdapterPayload): number | undefined {
  const time = consumedAt(consumed)
  return time === true ? 0 : time
}

/** Absent counts as 0; what is no number equals no version. */
function versionOf({ version }: AdapterPayload): number | undefined {
  if (version === undefined || version === null) return 0
  return typeof version === 'number' ? version : undefined
}

/** Clients may have metadata of any name. */
function lookedUp(model: ModelName, { grantId, uid, userCode, accountId }: AdapterPayload): Partial<Step> {
  if (model === 'Client') return {}
  return {
    grant_id: isUsableId(grantId) ? grantId : undefined,
    uid: model === 'Session' && isUsableId(uid) ? uid : undefined,
    user_code: isUsableId(userCode) ? userCode : undefined,
    account_id: typeof accountId === 'string' ? accountKey(accountId) : undefined,
  }
}
