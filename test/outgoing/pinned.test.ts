import { expect } from 'chai'
import { pinned } from '../../lib/outgoing/checked_addresses.ts'

const V4 = { address: '192.0.2.1', family: 4 }
const V6 = { address: '2001:db8::1', family: 6 }

/** What a connection is told of where to go. */
const ask = (addresses: (typeof V4)[], options: object) =>
  new Promise<unknown[]>((resolve) => {
    pinned(addresses)('rp.example.com', options, (...told) => resolve(told))
  })

describe('the addresses that were checked are the ones that are connected to (OWASP SSRF)', () => {
  for (const [title, addresses, options, told] of [
    ['the first, where one is wanted', [V6, V4], {}, [null, V6.address, 6]],
    ['the first of a family', [V6, V4], { family: 4 }, [null, V4.address, 4]],
    ['another one where the family has none', [V6], { family: 4 }, [null, V6.address, 6]],
    ['all', [V6, V4], { all: true }, [null, [V6, V4]]],
    ['all of a family', [V6, V4], { all: true, family: 6 }, [null, [V6]]],
    ['all where the family has none', [V6], { all: true, family: 4 }, [null, [V6]]],
  ] as const) {
    it(title, async () => {
      expect(await ask([...addresses], options)).to.deep.equal(told)
    })
  }

  it('nothing where there is none', async () => {
    const [error] = await ask([], {})

    expect(String(error)).to.include('no address')
  })
})
