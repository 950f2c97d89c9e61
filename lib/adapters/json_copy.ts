/** What storage as text would give back of a value, without the text: nobody can change the one through the other. */
export function jsonCopy<T>(value: T): T
export function jsonCopy(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  // There is one zero only.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null
  if (Array.isArray(value)) return Array.from(value, (item: unknown) => jsonCopy(item) ?? null)
  return isPlain(value) ? copyOfMembers(value) : throughText(value)
}

function copyOfMembers(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    const member = jsonCopy(value[name])
    if (member === undefined) continue
    if (name === '__proto__')
      Object.defineProperty(copy, name, {
        value: member,
        enumerable: true,
        configurable: true,
        writable: true,
      })
    else copy[name] = member
  }
  return copy
}

/** Dates and whatever else says itself what it is in JSON, and what JSON does not have. */
function throughText(value: unknown): unknown {
  const text: unknown = JSON.stringify(value)
  return typeof text === 'string' ? JSON.parse(text) : undefined
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
