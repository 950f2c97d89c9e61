import { opaqueValue } from './opaque_value.ts'

/** Bits that nobody guesses. @see RFC 6749 §10.10 */
const BITS = 128

/** A new identifier, which may stand in for a credential: of a session, an interaction, a grant, a client. */
export const randomId = (): string => opaqueValue(BITS)
