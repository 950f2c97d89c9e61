/** Whether a claim can be a time: seconds since the epoch. @see RFC 7519 §2 */
export const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)

/** Clocks of others may be this far ahead in any case, in seconds. @see FAPI 2.0 Security Profile §5.3.2.1 */
const CLOCKS_AHEAD = 10

/** The latest that `iat` and `nbf` of a JWT may say, which somebody else has made. @param now epoch seconds */
export const latestStart = (now: number, clockTolerance: number): number =>
  now + Math.max(clockTolerance, CLOCKS_AHEAD)
