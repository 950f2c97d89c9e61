/** Hosts that name this very device. Other spellings (`127.1`, `0x7f.1`) are left out on purpose. @see RFC 8252 §7.3, §8.3 */
const LOOPBACK_AUTHORITY = /^(127\.0\.0\.1|\[::1\]|localhost)(?::([0-9]{1,5}))?$/

/** Hosts as a URL parser writes them. */
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** `http` URI with a literal loopback host: host, port, everything after it. */
const LOOPBACK_URI =
  /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::([1-9][0-9]{0,4}))?([/?][\x21-\x5b\x5d-\x7e]*)?$/

/** Whether host and port, as written, are a loopback address in its plain spelling. */
export function isLoopbackAuthority(authority: string): boolean {
  return LOOPBACK_AUTHORITY.test(authority)
}

/** Whether a parsed host name is a loopback address, however it was written. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK_HOSTS.has(hostname)
}

/**
 * Takes the port out of a loopback URI, because a native app cannot choose it in advance.
 * @returns `undefined` when it is not an `http` URI with a loopback host in its plain spelling
 * @see RFC 8252 §7.3
 */
export function withoutLoopbackPort(uri: string): string | undefined {
  const match = LOOPBACK_URI.exec(uri)
  if (match === null) return undefined
  const [, host, port, rest] = match
  if (port !== undefined && Number(port) > 65535) return undefined
  if (rest?.includes('#')) return undefined
  return `http://${host}${rest ?? ''}`
}
