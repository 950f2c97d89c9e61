/** Checks of feature options, for the declarations of those features. */

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

/**
 * @throws TypeError
 * @see OpenID Connect CIBA Core 1.0 §5
 */
export function checkDeliveryModes(modes: ReadonlySet<unknown>): void {
  if (modes.size === 0)
    throw new TypeError('features.ciba.deliveryModes must contain at least one of poll, ping')
  for (const mode of modes) {
    if (mode !== 'poll' && mode !== 'ping') {
      throw new TypeError(`features.ciba.deliveryModes must not contain '${String(mode)}', only poll, ping`)
    }
  }
}

/**
 * Policies hang on initial access tokens.
 * @throws TypeError
 */
export function checkRegistrationPolicies(options: {
  policies?: unknown
  initialAccessToken?: unknown
}): void {
  if (options.policies !== undefined && !options.initialAccessToken) {
    throw new TypeError(
      'features.registration.policies need features.registration.initialAccessToken; set it',
    )
  }
}
