/** Milliseconds on a clock that nobody sets, and that all threads read alike: what is waited for does not depend on the time of day. */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1_000_000
}
