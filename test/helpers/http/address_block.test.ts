import { expect } from 'chai'
import { addressBlock } from '../../../lib/helpers/http/address_block.ts'

describe('the block of an address (RFC 6177 §2, RFC 7239 §6)', () => {
  for (const [address, block] of [
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    [' 192.0.2.1 ', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['[2001:db8:1:2:3:4:5:6]', '2001:db8:1:2'],
    ['[2001:db8:1:2::6]:4711', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:1:2:3::', '2001:db8:1:2'],
    ['2001:db8::3:4:5:6', '2001:db8:0:0'],
    ['2001:db8:1::3:4:5:6', '2001:db8:1:0'],
    ['::', '0:0:0:0'],
    ['::1', '0:0:0:0'],
    ['unknown', 'unknown'],
    ['_hidden:1', '_hidden:1'],
    ['', ''],
  ] as const) {
    it(`of "${address}" is "${block}"`, () => {
      expect(addressBlock(address)).to.equal(block)
    })
  }
})
