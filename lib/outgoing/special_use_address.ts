import { BlockList, isIP } from 'node:net'

/** IPv4 blocks that are no public destination. @see RFC 6890, IANA IPv4 Special-Purpose Address Registry */
const IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT, and metadata services of some clouds
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // a cloud's host agent, although the block is public
  ['169.254.0.0', 16], // link-local, and metadata services
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarking
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and limited broadcast
]

/** Blocks inside global unicast that are none. @see RFC 6890, IANA IPv6 Special-Purpose Address Registry */
const IPV6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23], // protocol assignments, with Teredo, benchmarking and ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, which embeds any IPv4 address
  ['3fff::', 20], // documentation
]

const SPECIAL = new BlockList()
for (const [network, prefix] of IPV4) {
  SPECIAL.addSubnet(network, prefix, 'ipv4')
  // An address behind NAT64 is as special as the one it stands for (RFC 6052 §2.1).
  SPECIAL.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6')
}
for (const [network, prefix] of IPV6) SPECIAL.addSubnet(network, prefix, 'ipv6')

/** What can be public at all: global unicast (RFC 4291 §2.4) and addresses translated by NAT64 (RFC 6052 §2.1). */
const GLOBAL = new BlockList()
GLOBAL.addSubnet('2000::', 3, 'ipv6')
GLOBAL.addSubnet('64:ff9b::', 96, 'ipv6')

/**
 * Whether an address is for special use: loopback, private, link-local, multicast, IPv4 inside of IPv6 and so on.
 * What is no address counts as one, so that a resolver cannot smuggle anything in.
 * @param address in text form, IPv6 without brackets
 * @see RFC 6890
 */
export function isSpecialUseAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return SPECIAL.check(address, 'ipv4')
  if (family === 6 && !address.includes('%'))
    return !GLOBAL.check(address, 'ipv6') || SPECIAL.check(address, 'ipv6')
  return true
}
