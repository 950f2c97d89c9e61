import { types } from 'node:util'

/** Of what the host wrote while there is no such feature. @throws TypeError */
export function checkCibaOptions({ deliveryModes }: Readonly<Record<string, unknown>>): void {
  if (deliveryModes === undefined) return
  if (!Array.isArray(deliveryModes) && !types.isSet(deliveryModes))
    throw new TypeError('features.ciba.deliveryModes must be an Array or a Set')
  checkDeliveryModes(new Set<unknown>(deliveryModes))
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

/** @throws TypeError @see OpenID Connect CIBA Core 1.0 §7.3 (`interval`) */
export function checkPollInterval(interval: unknown): void {
  if (typeof interval !== 'number' || !Number.isSafeInteger(interval) || interval < 1)
    throw new TypeError('features.ciba.interval must be a whole number of seconds, 1 or more')
}

/** @throws TypeError */
export function checkUserCodeAttempts(attempts: unknown): void {
  if (typeof attempts !== 'number' || !Number.isSafeInteger(attempts) || attempts < 0)
    throw new TypeError('features.ciba.userCodeAttempts must be a whole number, 0 for no bound')
}
