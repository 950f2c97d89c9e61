import type { AdapterPayload } from '../../../types/adapter.ts'

type FieldTypeOf<V> = [V] extends [string]
  ? 'string'
  : [V] extends [number]
    ? 'number'
    : [V] extends [boolean]
      ? 'boolean'
      : [V] extends [readonly unknown[]]
        ? 'array'
        : [V] extends [string | readonly string[]]
          ? 'strings'
          : [V] extends [object]
            ? 'object'
            : 'unknown'

/** How a stored member is told to be intact. */
export type FieldType = 'string' | 'number' | 'boolean' | 'strings' | 'array' | 'object' | 'unknown'

/** Names every member of a payload with its JSON type; one that is missing, or has another type, does not compile. */
export type FieldMap<P extends object> = {
  readonly [K in keyof P]-?: unknown extends P[K] ? 'unknown' : FieldTypeOf<NonNullable<P[K]>>
}

export type Fields = Readonly<Record<string, FieldType>>

const isStringArray = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** Types that the language has another name for, or none. */
const INTACT: Readonly<Partial<Record<FieldType, (value: unknown) => boolean>>> = {
  strings: (value) => typeof value === 'string' || isStringArray(value),
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  unknown: () => true,
}

/** Whether what came out of storage still has the types that went in; absent members are fine. */
export function isIntact<P extends object>(
  stored: AdapterPayload,
  fields: Fields,
): stored is AdapterPayload & P {
  for (const name of Object.keys(stored)) {
    const value = stored[name]
    const type = fields[name]
    if (value === undefined || value === null) continue
    // These types have the name that the language gives them; an array would pass for an object.
    if (typeof value === type && type !== 'object') continue
    if (type !== undefined && Object.hasOwn(fields, name) && INTACT[type]?.(value) !== true) return false
  }
  return true
}
