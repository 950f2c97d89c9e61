import { isRecord } from './is_record.ts'

/** Nothing a client has to say is nested deeper; what is would cost a call stack to write out again. */
const MAX_DEPTH = 16

/**
 * Reads a JSON object as strangers send it: of members that repeat the last one counts, and `__proto__` never is one.
 * @throws SyntaxError when it is no JSON, no object, or nested too deeply
 * @see RFC 8259 §4 (repeated names), §8.1 (no byte order mark), §9 (depth)
 */
export function parseJsonObject(text: string): Record<string, unknown> {
  return plainObject(JSON.parse(text))
}

/**
 * The same for a value that was parsed elsewhere.
 * @throws SyntaxError
 */
export function plainObject(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new SyntaxError('not an object')
  return Object.fromEntries(members(value, MAX_DEPTH))
}

function members(value: object, depth: number): [string, unknown][] {
  return Object.entries(value)
    .filter(([name]) => name !== '__proto__')
    .map(([name, member]) => [name, copy(member, depth - 1)])
}

function copy(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) throw new SyntaxError('nested too deeply')
  if (Array.isArray(value)) return value.map((entry) => copy(entry, depth - 1))
  return Object.fromEntries(members(value, depth))
}
