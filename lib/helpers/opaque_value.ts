import { nanoid } from 'nanoid'

/** Symbols of the alphabet carry six bits each. */
const BITS_PER_SYMBOL = Math.log2(64)

/** A random URL-safe string with at least this many bits of entropy. */
export function opaqueValue(bits: number): string {
  return nanoid(Math.ceil(bits / BITS_PER_SYMBOL))
}
