/**
 * @throws TypeError
 * @see RFC 8628 §6.1
 */
export function checkUserCodeMask(mask: unknown): void {
  if (typeof mask !== 'string' || !mask.includes('*') || !/^[-* ]+$/.test(mask)) {
    throw new TypeError("features.deviceFlow.mask must contain '*' and may contain '-' and ' ', nothing else")
  }
}

/**
 * @throws TypeError
 * @see RFC 8628 §6.1
 */
export function checkUserCodeCharset(charset: unknown): void {
  if (charset !== 'base-20' && charset !== 'digits') {
    throw new TypeError("features.deviceFlow.charset must be 'base-20' or 'digits'")
  }
}

/** @throws TypeError @see RFC 8628 §3.2 (`interval`) */
export function checkInterval(interval: unknown): void {
  if (typeof interval !== 'number' || !Number.isSafeInteger(interval) || interval < 1)
    throw new TypeError('features.deviceFlow.interval must be a whole number of seconds, 1 or more')
}

/** @throws TypeError @see RFC 8628 §5.1 */
export function checkUserCodeAttempts(attempts: unknown): void {
  if (typeof attempts !== 'number' || !Number.isSafeInteger(attempts) || attempts < 0)
    throw new TypeError('features.deviceFlow.userCodeAttempts must be a whole number, 0 for no bound')
}
