/** uri-host [ ":" port ], without percent-encoding, which no client sends. */
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=-]+)(?::[0-9]{0,5})?$/

/**
 * Whether a Host header can be one; absent is fine (HTTP/2 has `:authority`, HTTP/1.0 nothing).
 * @see RFC 9112 §3.2 (400 for anything else), RFC 3986 §3.2.2
 */
export function isHostHeader(value: string | undefined): boolean {
  return value === undefined || HOST.test(value)
}
