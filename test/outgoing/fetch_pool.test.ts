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

  it('S24 are 64 to everybody together, 256 wait for their turn, and more are refused', async () => {
    const pool = new FetchPool()
    const done: (() => void)[] = []
    const send = () => new Promise<void>((resolve) => done.push(resolve))
    const url = new URL('https://rp.example.com')
    const { signal } = new AbortController()
    const addresses = Array.from({ length: 64 + 256 + 1 }, (_, index) => `10.0.${index >> 8}.${index & 255}`)

    const all = addresses.map((address) => pool.run(url, address, signal, send))
    const atOnce = done.length
    const refused = await all.at(-1)?.catch((error: unknown) => error)
    while (done.length > 0) {
      done.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const ended = await Promise.allSettled(all)

    expect(atOnce).to.equal(64)
    expect(String(refused)).to.include('too many requests are under way')
    expect(ended.filter(({ status }) => status === 'fulfilled')).to.have.lengthOf(64 + 256)
  })
})
