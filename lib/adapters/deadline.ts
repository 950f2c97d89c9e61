import { StorageTimeout } from './storage_timeout.ts'

/** Node fires a timer at once when it is longer than this; such a deadline is none. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Runs a call and waits for it no longer than `timeout` milliseconds.
 * A synchronous throw becomes a rejection. What the call does after its deadline is ignored, a rejection too.
 * @throws StorageTimeout
 */
export async function withDeadline<T>(name: string, timeout: number, call: () => T | Promise<T>): Promise<T> {
  if (!(timeout <= LONGEST_TIMER)) return await call()

  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StorageTimeout(name, timeout)), timeout)
  })
  try {
    // The race handles both promises, so the one that rejects late is not an unhandled rejection.
    return await Promise.race([call(), deadline])
  } finally {
    clearTimeout(timer)
  }
}
