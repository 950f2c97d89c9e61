import { expect } from 'chai'
import { FetchPool } from '../../lib/outgoing/fetch_pool.ts'

describe('requests under way', () => {
  it('S24 are four to an IPv6 /64, however many of its addresses a name has (RFC 6177 §2)', async () => {
    const pool = new FetchPool()
    const done: (() => void)[] = []
    const send = () => new Promise<void>((resolve) => done.push(resolve))
    const url = new URL('https://rp.example.com')
    const { signal } = new AbortController()
    const start = (address: string) => pool.run(url, address, signal, send)

    const all = [1, 2, 3, 4, 5, 6].map((host) => start(`2001:db8:1:2::${host}`))
    const other = start('2001:db8:1:3::1')
    const atOnce = done.length
    while (done.length > 0) {
      done.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all([...all, other])

    expect(atOnce).to.equal(5)
  })
})
