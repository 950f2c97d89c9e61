/** Rejects when the deadline passes, also while somebody who cannot be interrupted is waited for. */
export async function untilAborted<T>(signal: AbortSignal, pending: Promise<T>): Promise<T> {
  let stop = () => {}
  const passed = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([pending, passed])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
