import { setMaxListeners } from 'node:events'
import type { LookupFunction } from 'node:net'
import { expect } from 'chai'
import sinon from 'sinon'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import { FEATURES } from '../../lib/features/index.ts'
import { FetchPool } from '../../lib/outgoing/fetch_pool.ts'
import { outgoingRequest } from '../../lib/outgoing/outgoing_request.ts'

/** A resolver that answers when the test says so: nothing listens where it leads. */
function slowResolver() {
  const asked: string[] = []
  const held: (() => void)[] = []
  const dnsLookup: LookupFunction = (hostname, _options, callback) => {
    asked.push(hostname)
    held.push(() => callback(null, [{ address: '10.0.0.1', family: 4 }]))
  }
  return { asked, held, dnsLookup }
}

/** Gives everything that is ready its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('look-ups of names that outgoing requests go to', () => {
  afterEach(() => sinon.restore())

  function start(signal?: AbortSignal) {
    // Many requests share it, which is no leak.
    if (signal !== undefined) setMaxListeners(0, signal)
    const { asked, held, dnsLookup } = slowResolver()
    const httpOptions = () => ({ dnsLookup, ...(signal === undefined ? {} : { signal }) })
    const configuration = { ...resolveConfiguration({}, FEATURES), httpOptions }
    const failures: string[] = []
    const ask = (host: string, pool: FetchPool) =>
      outgoingRequest({ configuration }, `https://${host}/jwks`, { pool }).catch((error: unknown) =>
        failures.push(String(error)),
      )
    return { asked, held, failures, ask }
  }

  it('S24 are two at once for one purpose, however many names strangers come with', async () => {
    const { asked, held, ask } = start(new AbortController().signal)
    const pool = new FetchPool()

    const all = Array.from({ length: 20 }, (_, index) => ask(`rp${index}.example.com`, pool))
    await settled()
    const atOnce = asked.length
    let most = 0
    while (held.length > 0) {
      most = Math.max(most, held.length)
      held.shift()?.()
      await settled()
    }
    await Promise.all(all)

    expect([atOnce, most, new Set(asked).size]).to.deep.equal([2, 2, 20])
  })

  it('S24 are one at a time for one name, so that nobody holds all places with a single slow one', async () => {
    const { asked, held, ask } = start(new AbortController().signal)
    const pool = new FetchPool()

    const slow = [1, 2, 3].map(() => ask('slow.example.com', pool))
    const other = ask('rp.example.com', pool)
    await settled()

    expect(asked).to.deep.equal(['slow.example.com', 'rp.example.com'])
    while (held.length > 0) {
      held.shift()?.()
      await settled()
    }
    await Promise.all([...slow, other])
  })

  it('S24 for one purpose never wait for those for another', async () => {
    const { asked, held, ask } = start(new AbortController().signal)
    const [strangers, keys] = [new FetchPool(), new FetchPool()]

    const all = [1, 2, 3, 4].map((index) => ask(`slow${index}.example.com`, strangers))
    const known = ask('known.example.com', keys)
    await settled()
    const asSoonAsAsked = asked.includes('known.example.com')
    while (held.length > 0) {
      held.shift()?.()
      await settled()
    }
    await Promise.all([...all, known])

    expect(asSoonAsAsked).to.equal(true)
  })

  it('S24 keep their place when the request has given up, for the resolver still runs', async () => {
    const deadline = new AbortController()
    const { asked, held, failures, ask } = start(deadline.signal)
    const pool = new FetchPool()
    const all = [1, 2, 3].map((index) => ask(`slow${index}.example.com`, pool))
    await settled()
    deadline.abort(new Error('too late'))
    await Promise.all(all)
    const later = start()
    const next = later.ask('rp.example.com', pool)
    await settled()
    const whileRunning = later.asked.length
    for (const answer of held) answer()
    await settled()
    const afterwards = later.asked.length
    for (const answer of later.held) answer()
    await next

    expect(asked).to.have.length(2)
    expect(failures).to.have.length(3)
    expect([whileRunning, afterwards]).to.deep.equal([0, 1])
  })

  it('S24 that never end give their place back after half a minute', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { asked, ask } = start(new AbortController().signal)
    const pool = new FetchPool()
    for (const index of [1, 2, 3]) void ask(`slow${index}.example.com`, pool)
    await settled()
    const before = asked.length
    clock.tick(30_000)
    await settled()

    expect([before, asked.length]).to.deep.equal([2, 3])
  })

  it('S24 in line are bounded too: what is beyond fails at once', async () => {
    const deadline = new AbortController()
    const { failures, ask } = start(deadline.signal)
    const pool = new FetchPool()
    const all = Array.from({ length: 300 }, (_, index) => ask(`rp${index}.example.com`, pool))
    await settled()
    const refused = failures.length
    deadline.abort(new Error('too late'))
    await Promise.all(all)

    expect(refused).to.equal(300 - 2 - 256)
  })
})
