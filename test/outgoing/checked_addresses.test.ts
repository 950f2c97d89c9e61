import type { LookupFunction } from 'node:net'
import { expect } from 'chai'
import { addressesOf } from '../../lib/outgoing/checked_addresses.ts'

const { signal } = new AbortController()
const none: LookupFunction = () => {
  throw new Error('nothing is to be looked up')
}

const check = (host: string, lookup: LookupFunction, allowed: boolean | Set<string> = false) =>
  addressesOf(
    { configuration: { allowSpecialUseAddresses: allowed, fetch: undefined, httpOptions: () => ({}) } },
    { url: new URL(`https://${host}/`), signal, pool: undefined },
    lookup,
  )

/** Resolvers of hosts may answer with one address whatever they are asked for. */
const one =
  (address: string, family?: number): LookupFunction =>
  (_hostname, _options, callback) =>
    callback(null, address, family)

describe('the addresses of a host (RFC 6890)', () => {
  it('S24 are itself where it is one, without brackets', async () => {
    expect(await check('8.8.8.8', none)).to.deep.equal([{ address: '8.8.8.8', family: 4 }])
    expect(await check('[2606:4700::1111]', none)).to.deep.equal([{ address: '2606:4700::1111', family: 6 }])
  })

  it('S24 are what a resolver of the host says, with or without their family', async () => {
    expect(await check('rp.example.com', one('8.8.8.8', 4))).to.deep.equal([
      { address: '8.8.8.8', family: 4 },
    ])
    expect(await check('rp.example.com', one('2606:4700::1111'))).to.deep.equal([
      { address: '2606:4700::1111', family: 6 },
    ])
  })

  it('S24 are refused when one is special, unless the host is one of those that are allowed', async () => {
    const failure = await check('rp.example.com', one('10.0.0.1', 4)).catch((error: unknown) => error)

    expect(String(failure)).to.include('special-use address')
    expect(await check('rp.example.com', one('10.0.0.1', 4), new Set(['rp.example.com']))).to.have.length(1)
    expect(await check('rp.example.com', one('10.0.0.1', 4), true)).to.have.length(1)
  })

  it('that do not exist fail the request, and so does a resolver that fails', async () => {
    const empty = await check('rp.example.com', (_hostname, _options, callback) => callback(null, [])).catch(
      (error: unknown) => error,
    )
    const failed = await check('rp.example.com', (_hostname, _options, callback) =>
      callback(new Error('SERVFAIL'), ''),
    ).catch((error: unknown) => error)

    expect(String(empty)).to.include('the host name has no address')
    expect(String(failed)).to.include('SERVFAIL')
  })
})
