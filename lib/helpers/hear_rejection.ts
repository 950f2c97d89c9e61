/**
 * For functions of the host that must not be asynchronous: when one is nevertheless, its rejection, which nobody
 * waits for, must not end the process.
 * @returns the value as it was given
 */
export function hearRejection(value: unknown): unknown {
  if (value instanceof Promise) value.catch(() => {})
  return value
}
