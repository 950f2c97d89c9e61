/** A value without members. @see RFC 8259 §3 */
export type JsonPrimitive = string | number | boolean | null

/** An array as JSON can hold it. @see RFC 8259 §5 */
export type JsonArray = JsonValue[]

/** An object as JSON can hold it. @see RFC 8259 §4 */
export type JsonObject = { [Name in string]?: JsonValue }

/** Whatever JSON can say. @see RFC 8259 §3 */
export type JsonValue = JsonPrimitive | JsonObject | JsonArray

/** An object about whose members nothing is known. */
export interface UnknownObject {
  [member: string]: unknown
}
