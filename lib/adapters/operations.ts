import type { AdapterPayload, CommitOperation, CommitOutcome, ModelName } from '../../types/adapter.ts'
import { consumedAt } from './consumed_at.ts'

/** The kinds that are issued under a grant, and swept when it is revoked. */
export const GRANT_BOUND_KINDS: readonly ModelName[] = [
  'AuthorizationCode',
  'RefreshToken',
  'AccessToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
]

/** At most 256 of the characters that may stand in a URI. @see RFC 3986 §2 */
const USABLE_ID = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]{1,256}$/

/** Whether a value may be handed to an adapter as a key; what was sent by strangers often may not. */
export function isUsableId(id: unknown): id is string {
  return typeof id === 'string' && USABLE_ID.test(id)
}

/**
 * What an adapter may be given as `expiresIn`: an integer of at least 1, or nothing for "keep".
 * Rounded up, because a replay record must not be dropped before the thing it stands for has expired. A time
 * that lies in the past (clocks jump) or is no number becomes the shortest.
 */
export function usableExpiresIn(expiresIn: number | undefined): number | undefined {
  if (expiresIn === undefined) return undefined
  const seconds = Math.ceil(expiresIn)
  if (seconds > Number.MAX_SAFE_INTEGER) return undefined
  return Number.isNaN(seconds) ? 1 : Math.max(seconds, 1)
}

/** Whether ids of this model are chosen by others, so that an `insert` may meet an entry that is not ours. */
export function hasForeignIds(model: ModelName): boolean {
  return model === 'ReplayDetection' || model === 'Client'
}

/** Whether an operation takes what can be presented once, and whose holder has nothing if no answer comes. */
export function usesUp({ op }: CommitOperation): boolean {
  return op === 'consume'
}

/** Whether an entry is past its `exp`, in epoch seconds as everywhere in storage. */
export function isExpired({ exp }: AdapterPayload, now = Math.floor(Date.now() / 1000)): boolean {
  return typeof exp === 'number' && exp <= now
}

export function isConsumed({ consumed }: AdapterPayload): boolean {
  return consumedAt(consumed) !== undefined
}

type Condition =
  | { readonly op: Exclude<CommitOperation['op'], 'require'> }
  | { readonly op: 'require'; readonly version?: number | undefined }

/** Whether an operation's condition holds, given the entry that is stored under its id. */
export function holds(operation: Condition, stored: AdapterPayload | undefined): boolean {
  const live = stored !== undefined && !isExpired(stored)
  switch (operation.op) {
    case 'consume':
      return live && !isConsumed(stored)
    case 'require':
      return (
        live &&
        !isConsumed(stored) &&
        (operation.version === undefined || (stored.version ?? 0) === operation.version)
      )
    case 'insert':
      return !live
    case 'put':
    case 'destroy':
      return true
  }
}

/**
 * Refuses lists that no order of execution could give a clear meaning, and makes every `expiresIn` usable.
 * An id that cannot be stored names no entry, so a condition about it fails.
 * @throws TypeError
 */
export function checkOperations(
  operations: readonly CommitOperation[],
): CommitOutcome | { usable: readonly CommitOperation[] } {
  let failed: number | undefined
  for (const [position, operation] of operations.entries()) {
    const { op, model, id } = operation
    if (wasChanged(operations, position, operation))
      throw new TypeError(`commit: ${op} of a ${model} that the list has changed already`)
    if (isUsableId(id)) continue
    if (op !== 'require' && op !== 'consume')
      throw new TypeError(`commit: ${op} of a ${model} without a usable id`)
    failed ??= position
  }
  if (failed !== undefined) return { committed: false, failed }
  if (operations.length === 0) return { committed: true }
  return { usable: operations.map(withUsableExpiry) }
}

/** Whether an operation further up changes the same entry; lists are short. */
function wasChanged(
  operations: readonly CommitOperation[],
  position: number,
  { model, id }: CommitOperation,
): boolean {
  for (let earlier = 0; earlier < position; earlier += 1) {
    const other = operations[earlier]
    if (other !== undefined && other.op !== 'require' && other.id === id && other.model === model) return true
  }
  return false
}

const isUsableLifetime = (seconds: number | undefined): boolean =>
  Number.isSafeInteger(seconds) && Number(seconds) > 0

function withUsableExpiry(operation: CommitOperation): CommitOperation {
  if (operation.op !== 'insert' && operation.op !== 'put') return operation
  if (isUsableLifetime(operation.expiresIn)) return operation
  const { op, model, id, payload } = operation
  const expiresIn = usableExpiresIn(operation.expiresIn)
  return { op, model, id, payload, ...(expiresIn === undefined ? {} : { expiresIn }) }
}
