import { types } from 'node:util'

/** Anything can be thrown; listeners are told of an `Error`, which says what it was as its `cause`. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error || types.isNativeError(thrown)
    ? thrown
    : new Error('something was thrown that is no Error', { cause: thrown })
