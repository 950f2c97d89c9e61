/**
 * Runs a callback when the event loop has read what there was to be read. Known before tests of a host put a clock of
 * theirs in its place.
 */
export const endOfTurn = setImmediate
