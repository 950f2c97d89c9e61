import { expect } from 'chai'
import { nearest } from '../../lib/helpers/nearest.ts'

describe('nearest name', () => {
  const known = ['clients', 'claims', 'cookies', 'clockTolerance', 'ttl']
  const cases: readonly [name: string, expected: string | undefined][] = [
    ['cliens', 'clients'],
    ['Cookies', 'cookies'],
    ['claim', 'claims'],
    ['clocktolerence', 'clockTolerance'],
    ['tll', 'ttl'],
    ['zzzzzzz', undefined],
    ['', undefined],
  ]
  for (const [name, expected] of cases) {
    it(`of '${name}' is ${expected ?? 'none'}`, () => {
      expect(nearest(name, known)).to.equal(expected)
    })
  }
})
