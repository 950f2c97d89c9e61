import { isIP, type LookupFunction } from 'node:net'
import type { ResolvedConfiguration } from '../configuration/resolved_configuration.ts'
import type { FetchPool } from './fetch_pool.ts'
import { NameLookups } from './name_lookups.ts'
import { OutgoingRequestFailed } from './outgoing_request_failed.ts'
import { isSpecialUseAddress } from './special_use_address.ts'

/** How outgoing requests are sent, and where to. */
export interface OutgoingPolicy {
  readonly configuration: Pick<ResolvedConfiguration, 'allowSpecialUseAddresses' | 'fetch' | 'httpOptions'>
}

/** What an outgoing request needs of the provider. */
export interface OutgoingRuntime extends OutgoingPolicy {
  readonly configuration: ResolvedConfiguration
}

type Address = { address: string; family: number }

function resolveAll(hostname: string, lookup: LookupFunction): Promise<readonly Address[]> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, found, family) => {
      if (error) reject(error)
      else resolve(typeof found === 'string' ? [{ address: found, family: family ?? isIP(found) }] : found)
    })
  })
}

/** @returns the host as it is looked up: IPv6 addresses have no brackets then */
export const withoutBrackets = (hostname: string) => hostname.replace(/^\[(.*)\]$/, '$1')

function mayBeSpecial({ configuration }: OutgoingPolicy, { hostname }: URL): boolean {
  const { allowSpecialUseAddresses: allowed } = configuration
  return typeof allowed === 'boolean' ? allowed : allowed.has(hostname)
}

/**
 * Looks the host up once. One special address among several is enough to refuse: which one is connected to is
 * not ours to say.
 */
export async function addressesOf(
  rt: OutgoingPolicy,
  { url, signal, pool }: { url: URL; signal: AbortSignal; pool: FetchPool | undefined },
  lookup: LookupFunction,
): Promise<readonly Address[]> {
  const host = withoutBrackets(url.hostname)
  const family = isIP(host)
  const lookups = pool?.lookups ?? new NameLookups()
  const addresses =
    family > 0 ? [{ address: host, family }] : await lookups.run(url, signal, () => resolveAll(host, lookup))
  if (addresses.length === 0) throw new OutgoingRequestFailed(url, 'the host name has no address')
  if (!mayBeSpecial(rt, url) && addresses.some(({ address }) => isSpecialUseAddress(address))) {
    throw new OutgoingRequestFailed(url, 'the host has a special-use address (see allowSpecialUseAddresses)')
  }
  return addresses
}

/** Answers with the addresses that were checked, so that no other is connected to. */
export const pinned =
  (addresses: readonly Address[]): LookupFunction =>
  (_hostname, options, callback) => {
    const wanted = addresses.filter(({ family }) => !options.family || options.family === family)
    const [first] = wanted.length === 0 ? addresses : wanted
    if (first === undefined) callback(new Error('the host name has no address'), '')
    else if (options.all) callback(null, wanted.length === 0 ? [...addresses] : wanted)
    else callback(null, first.address, first.family)
  }
