import { isIPv6 } from 'node:net'

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. @see RFC 7239 §6 */
const WITH_PORT = /^(?:\[([^\]]*)\]|([0-9.]+))(?::[0-9]+)?$/
/** An IPv4 address as IPv6 sockets name it. @see RFC 4291 §2.5.5.2 */
const MAPPED = /^::ffff:(?=[0-9.]+$)/i

function withoutPort(address: string): string {
  const [, v6, v4] = WITH_PORT.exec(address) ?? []
  return v6 ?? v4 ?? address
}

/**
 * The addresses that belong to whoever has one of them: whoever has one IPv6 address has the /64 around it.
 * @see RFC 6177 §2
 */
export function addressBlock(address: string): string {
  const ip = withoutPort(address.trim()).replace(MAPPED, '')
  if (!isIPv6(ip) || ip.includes('.')) return ip
  const [head = '', tail] = ip.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  if (tail === undefined) return groups.slice(0, 4).join(':')
  const rest = tail.split(':').filter((group) => group !== '')
  const zeros = Array.from({ length: 8 - groups.length - rest.length }, () => '0')
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':')
}
