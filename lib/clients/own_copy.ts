/** Copies what JSON can hold; anything else is taken as it is. */
export function ownCopy<T>(value: T): T
export function ownCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ownCopy)
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, ownCopy(member)]))
}

/** How many objects may be inside of one another; more than anybody writes, and fewer than a call stack holds. */
const DEEPEST = 200

/** Whether a copy would never end, or be too deep to be made. */
export function isEndless(value: unknown, around: readonly object[] = []): boolean {
  if (!Array.isArray(value) && !isPlain(value)) return false
  if (around.length >= DEEPEST || around.includes(value)) return true
  return Object.values(value).some((member) => isEndless(member, [...around, value]))
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
