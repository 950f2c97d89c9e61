import type { AdapterPayload } from '../../../types/adapter.ts'
import { isConsumed } from '../operations.ts'

/** In JSON text: what JSONB cannot hold, U+0000 and surrogates that stand alone. Longer texts may look like it. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i
/** The member of a payload that is kept as the text of the real one. */
const AS_TEXT = '$text'

/** Whether the JSON text of something may hold what JSONB cannot. */
export const isUnstorable = (json: string): boolean => UNSTORABLE.test(json)

/** A payload that only looks like one that is kept as text must not be read as such. */
export const looksLikeText = (payload: AdapterPayload): boolean => Object.hasOwn(payload, AS_TEXT)

export const asText = (payload: AdapterPayload): AdapterPayload => ({ [AS_TEXT]: JSON.stringify(payload) })

/** A row, every column as text: hosts may have told `pg` to read other types in their own way. */
interface StoredRow {
  payload: string
  consumed: string | null
  attempt: string | null
}

const isStoredRow = (row: unknown): row is StoredRow =>
  typeof row === 'object' && row !== null && 'payload' in row && typeof row.payload === 'string'

const isPayload = (value: unknown): value is AdapterPayload => typeof value === 'object' && value !== null

/** The entry in the first row. @throws TypeError for what this package never wrote */
export function readEntry([row]: readonly unknown[]): AdapterPayload | undefined {
  if (row === undefined) return undefined
  const payload = isStoredRow(row) ? parsed(row.payload) : undefined
  if (payload === undefined || !isStoredRow(row)) throw new TypeError('PostgreSQL answered with no entry')
  // It was stored as consumed, unless the use came later.
  if (row.consumed === null || isConsumed(payload)) return payload
  return {
    ...payload,
    consumed: Number(row.consumed),
    ...(row.attempt === null ? {} : { attempt: row.attempt }),
  }
}

/** An entry of a list, with its id. */
export function readListed(row: unknown): { id: string; payload: AdapterPayload } {
  const payload = readEntry([row])
  const id: unknown = typeof row === 'object' && row !== null && 'id' in row ? row.id : undefined
  if (payload === undefined || typeof id !== 'string')
    throw new TypeError('PostgreSQL answered with no entry')
  return { id, payload }
}

function parsed(json: string): AdapterPayload | undefined {
  const value: unknown = JSON.parse(json)
  if (!isPayload(value)) return undefined
  const text = value[AS_TEXT]
  return typeof text === 'string' ? parsedText(text) : value
}

function parsedText(text: string): AdapterPayload | undefined {
  const value: unknown = JSON.parse(text)
  return isPayload(value) ? value : undefined
}
