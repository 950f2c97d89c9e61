/** Whether a claim can be a time: seconds since the epoch. @see RFC 7519 §2 */
export const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)
