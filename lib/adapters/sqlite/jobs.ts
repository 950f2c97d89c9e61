import type { AdapterPayload, CommitOperation, CommitOutcome, ModelName } from '../../../types/adapter.ts'
import { usableExpiresIn } from '../operations.ts'

/** An entry as it is stored: its payload as JSON, and the members that are looked for. */
export interface StoredEntry {
  readonly model: ModelName
  readonly id: string
  readonly text: string
  /** Epoch milliseconds; null means never. */
  readonly expiresAt: number | null
  readonly uid: string | null
  readonly userCode: string | null
  readonly grantId: string | null
  readonly accountId: string | null
}

/** A {@link CommitOperation} whose payload is text already. */
export type StoredOperation =
  | Exclude<CommitOperation, { op: 'insert' | 'put' }>
  | {
      readonly op: 'insert' | 'put'
      readonly model: ModelName
      readonly id: string
      readonly entry: StoredEntry
    }

/** What the writing thread is asked to do. */
export type Job =
  | { readonly kind: 'commit'; readonly operations: readonly StoredOperation[] }
  | { readonly kind: 'revoke'; readonly model: ModelName; readonly grantId: string }
  | { readonly kind: 'prune'; readonly most: number }

export interface JobResult {
  readonly outcome?: CommitOutcome
  readonly removed?: number
}

/** To the thread. */
export interface JobMessage {
  readonly call: number
  readonly job: Job
  /** On the clock of `monotonic`, after which it must not take effect. */
  readonly deadline: number
}

/** From the thread. */
export interface JobAnswer {
  readonly call: number
  readonly result?: JobResult
  readonly failure?: { readonly reason: string; readonly code: string | undefined }
  /** It was not carried out, and is not going to be. */
  readonly isLate?: true
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

export function storedEntry(
  model: ModelName,
  id: string,
  payload: AdapterPayload,
  expiresIn: number | undefined,
): StoredEntry {
  const seconds = usableExpiresIn(expiresIn)
  return {
    model,
    id,
    text: JSON.stringify(payload),
    expiresAt: seconds === undefined ? null : Date.now() + seconds * 1000,
    uid: text(payload.uid),
    userCode: text(payload.userCode),
    grantId: text(payload.grantId),
    accountId: text(payload.accountId),
  }
}

export function storedOperation(operation: CommitOperation): StoredOperation {
  if (operation.op !== 'insert' && operation.op !== 'put') return operation
  const { op, model, id, payload, expiresIn } = operation
  return { op, model, id, entry: storedEntry(model, id, payload, expiresIn) }
}
