import type { ServerResponse } from 'node:http'
import { expect } from 'chai'
import type { JWK } from 'jose'
import sinon from 'sinon'
import type { Configuration } from '../../types/configuration.ts'
import {
  claimsFor,
  type KeyPair,
  keyClientAt,
  keyPair,
  requestToken,
  sign,
} from '../actions/client_auth/assertions.ts'
import { type LocalServer, startServer, stopServers } from '../support/local_server.ts'
import { type RunningProvider, startProvider, stopProviders } from '../support/start_provider.ts'

const REFUSED = { error: 'invalid_client', error_description: 'client authentication failed' }

/** A client's server with keys that can be changed. */
class KeyServer {
  keys: JWK[]
  headers: Record<string, string> = {}
  /** In place of the key set. */
  answer: ((res: ServerResponse) => void) | undefined
  server: LocalServer | undefined

  constructor(keys: JWK[]) {
    this.keys = keys
  }

  async start(): Promise<string> {
    this.server = await startServer((_req, res) => {
      if (this.answer !== undefined) return this.answer(res)
      res.writeHead(200, { 'content-type': 'application/jwk-set+json', ...this.headers })
      res.end(JSON.stringify({ keys: this.keys }))
    })
    return `${this.server.origin}/jwks`
  }

  get fetches(): number {
    return this.server?.requests.length ?? 0
  }
}

describe('keys behind a jwks_uri (RFC 7591 §2)', () => {
  let first: KeyPair
  let second: KeyPair
  let clock: sinon.SinonFakeTimers

  before(async () => {
    ;[first, second] = await Promise.all([keyPair('ES256', 'first'), keyPair('ES256', 'second')])
  })
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
  })
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
    await stopServers()
  })

  const by = async (op: RunningProvider, { privateKey, publicJwk }: KeyPair, kid = publicJwk.kid) =>
    requestToken(op, await sign(claimsFor('by-key', op), { alg: 'ES256', kid }, privateKey))

  async function start(keys: JWK[], configuration: Configuration = {}) {
    const remote = new KeyServer(keys)
    const uri = await remote.start()
    const op = await startProvider({
      allowSpecialUseAddresses: true,
      clients: [keyClientAt(uri)],
      ...configuration,
      features: { clientCredentials: { enabled: true } },
    })
    return { op, remote, uri }
  }

  it('A062 are fetched when they are needed first, and kept', async () => {
    const { op, remote } = await start([first.publicJwk])
    expect(remote.fetches).to.equal(0)

    const statuses = [(await by(op, first)).status, (await by(op, first)).status]

    expect(statuses).to.deep.equal([200, 200])
    expect(remote.fetches).to.equal(1)
  })

  for (const type of ['text/plain', 'application/octet-stream', undefined]) {
    it(`A062 are read whatever type they are declared as, such as ${type}`, async () => {
      const { op, remote } = await start([first.publicJwk])
      remote.answer = (res) => {
        res.writeHead(200, type === undefined ? {} : { 'content-type': type })
        res.end(JSON.stringify({ keys: remote.keys }))
      }

      expect((await by(op, first)).status).to.equal(200)
    })
  }

  it('S32 are fetched once for 200 requests at the same time', async () => {
    const { op, remote } = await start([first.publicJwk])

    const answers = await Promise.all(Array.from({ length: 200 }, () => by(op, first)))

    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]))
    expect(remote.fetches).to.equal(1)
  })

  it('A062 may be rotated while requests run: none fails, and fetches stay few', async () => {
    const { op, remote } = await start([first.publicJwk])
    await by(op, first)

    const before = Array.from({ length: 20 }, () => by(op, first))
    remote.keys = [second.publicJwk, first.publicJwk]
    const after = Array.from({ length: 20 }, () => by(op, second))
    const mixed = Array.from({ length: 20 }, (_, index) => by(op, index % 2 === 0 ? first : second))
    const answers = await Promise.all([...before, ...after, ...mixed])

    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]))
    expect(remote.fetches).to.equal(2)
  })

  it('A062 that were taken away stop working when the cache ends', async () => {
    const { op, remote } = await start([first.publicJwk])
    remote.headers = { 'cache-control': 'max-age=300' }
    await by(op, first)
    remote.keys = [second.publicJwk]

    clock.tick(299_000)
    const kept = await by(op, first)
    clock.tick(2000)
    const over = await by(op, first)

    expect([kept.status, over.status]).to.deep.equal([200, 401])
  })

  for (const [what, headers, seconds] of [
    ['nothing', {}, 60],
    ['no-store', { 'cache-control': 'no-store' }, 60],
    ['max-age=0', { 'cache-control': 'max-age=0' }, 60],
    ['a negative max-age', { 'cache-control': 'max-age=-5' }, 60],
    ['nonsense', { 'cache-control': 'max-age=soon', expires: 'tomorrow' }, 60],
    ['max-age=120', { 'cache-control': 'public, max-age=120' }, 120],
    ['max-age=1e12', { 'cache-control': 'max-age=1000000000000' }, 86_400],
    ['Expires in 9999', { expires: 'Fri, 31 Dec 9999 23:59:59 GMT' }, 86_400],
    ['commas', { 'cache-control': `${','.repeat(5000)}max-age=900` }, 60],
  ] as const) {
    it(`S35 with ${what} in its headers a key set is kept for ${seconds} seconds`, async () => {
      const { op, remote } = await start([first.publicJwk])
      remote.headers = headers
      await by(op, first)

      clock.tick((seconds - 2) * 1000)
      await by(op, first)
      const before = remote.fetches
      clock.tick(3000)
      await by(op, first)

      expect([before, remote.fetches]).to.deep.equal([1, 2])
    })
  }

  it('C24 a kid that is not there leads to one fetch a minute, however many ask', async () => {
    const { op, remote } = await start([first.publicJwk])
    remote.headers = { 'cache-control': 'max-age=3600' }
    await by(op, first)

    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => by(op, second)))
      for (const { status, body } of answers)
        expect({ status, body }).to.deep.equal({ status: 401, body: REFUSED })
    }
    const within = remote.fetches
    clock.tick(61_000)
    await by(op, second)

    expect([within, remote.fetches]).to.deep.equal([2, 3])
  }).timeout(20_000)

  it('C24 while a kid that a stranger made up is looked for, the keys that are known serve', async () => {
    const { op, remote } = await start([first.publicJwk])
    await by(op, first)
    const waiting = new Promise<ServerResponse>((resolve) => {
      remote.answer = resolve
    })
    const stranger = by(op, second, 'made up')
    const held = await waiting

    const honest = by(op, first)
    const answered = await Promise.race([honest, stranger])
    held.destroy()

    expect(answered.status).to.equal(200)
    expect((await stranger).status).to.equal(401)
  })

  it('a bad signature by a key that is there leads to no fetch', async () => {
    const { op, remote } = await start([first.publicJwk])

    const { status } = await by(op, second, 'first')

    expect(status).to.equal(401)
    expect(remote.fetches).to.equal(1)
  })

  describe('that cannot be had any more', () => {
    const ONE_HOUR = 3_600_000
    const lost = async (answer: (res: ServerResponse) => void, after: number) => {
      const { op, remote } = await start([first.publicJwk])
      await by(op, first)
      remote.answer = answer
      clock.tick(61_000 + after)
      return { op, remote }
    }

    for (const [what, answer] of [
      ['an error of its own', (res: ServerResponse) => res.writeHead(503).end()],
      ['an error that it cannot name', (res: ServerResponse) => res.writeHead(500).end()],
      ['a closed connection', (res: ServerResponse) => res.destroy()],
      ['nothing within the deadline', (res: ServerResponse) => res.flushHeaders()],
    ] as const) {
      it(`because their server answers with ${what}: the last ones work for an hour`, async () => {
        const { op } = await lost(answer, ONE_HOUR - 62_000)

        const within = await by(op, first)
        clock.tick(63_000)
        const over = await by(op, first)

        expect([within.status, over.status]).to.deep.equal([200, 401])
      })
    }

    it('work for that hour and not a second longer', async () => {
      const { op } = await lost((res) => res.writeHead(503).end(), ONE_HOUR - 2_000)

      const last = await by(op, first)
      clock.tick(1_000)
      const over = await by(op, first)

      expect([last.status, over.status]).to.deep.equal([200, 401])
    })

    for (const [what, answer] of [
      ['404', (res: ServerResponse) => res.writeHead(404).end()],
      ['410', (res: ServerResponse) => res.writeHead(410).end()],
      ['a redirect', (res: ServerResponse) => res.writeHead(302, { location: '/other' }).end()],
      ['HTML', (res: ServerResponse) => res.writeHead(200, { 'content-type': 'text/html' }).end('<p>')],
    ] as const) {
      it(`because their server answers with ${what}: they end at once, and do not come back`, async () => {
        const { op, remote } = await lost(answer, 0)

        const gone = await by(op, first)
        remote.answer = (res) => res.writeHead(503).end()
        clock.tick(31_000)
        const later = await by(op, first)

        expect([gone.status, later.status]).to.deep.equal([401, 401])
      })
    }

    it('because their server said so while they were fresh: they are used to their end and not beyond', async () => {
      const { op, remote } = await start([first.publicJwk])
      await by(op, first)
      remote.answer = (res) => res.writeHead(404).end()
      await by(op, second, 'made up')
      const fresh = await by(op, first)

      remote.answer = (res) => res.writeHead(503).end()
      clock.tick(61_000)
      const over = await by(op, first)

      expect([fresh.status, over.status]).to.deep.equal([200, 401])
    })

    it('for all who ask while they are fetched, not only for the first', async () => {
      const { op } = await lost((res) => res.flushHeaders(), 0)

      const answers = await Promise.all(Array.from({ length: 5 }, () => by(op, first)))

      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200])
    })

    it('are asked for once in half a minute', async () => {
      const { op, remote } = await lost((res) => res.writeHead(503).end(), 0)

      for (let round = 0; round < 5; round += 1) expect((await by(op, first)).status).to.equal(200)
      const within = remote.fetches
      clock.tick(31_000)
      await by(op, first)

      expect([within, remote.fetches]).to.deep.equal([2, 3])
    })
  })

  describe('C25 that cannot be had', () => {
    for (const [what, answer] of [
      ['an error', (res: ServerResponse) => res.writeHead(500).end()],
      ['a redirect', (res: ServerResponse) => res.writeHead(302, { location: '/other' }).end()],
      ['HTML', (res: ServerResponse) => res.writeHead(200, { 'content-type': 'text/html' }).end('<p>')],
      ['a closed connection', (res: ServerResponse) => res.destroy()],
      [
        'too much',
        (res: ServerResponse) =>
          res.writeHead(200, { 'content-type': 'application/json' }).end(' '.repeat(70_000)),
      ],
      [
        'E5 a thousand keys',
        (res: ServerResponse) =>
          res
            .writeHead(200, { 'content-type': 'application/json' })
            .end(JSON.stringify({ keys: Array.from({ length: 1000 }, () => ({ kty: 'x' })) })),
      ],
      [
        'private keys',
        (res: ServerResponse) =>
          res
            .writeHead(200, { 'content-type': 'application/json' })
            .end('{"keys":[{"kty":"oct","k":"AAAA"}]}'),
      ],
    ] as const) {
      it(`because its server answers with ${what}: the client is refused, the event says why`, async () => {
        const { op, remote } = await start([first.publicJwk])
        remote.answer = answer
        const failed = op.nextError('grant.error')

        const { status, body } = await by(op, first)

        expect({ status, body }).to.deep.equal({ status: 401, body: REFUSED })
        expect((await failed).error_detail).to.match(/could not be fetched/)
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('S31 because its server does not end its answer: refused', async () => {
      const { op, remote } = await start([first.publicJwk])
      remote.answer = (res) => res.flushHeaders()

      expect((await by(op, first)).status).to.equal(401)
    })

    it('S34 are not asked for again at once, and again after half a minute', async () => {
      const { op, remote } = await start([first.publicJwk])
      remote.answer = (res) => res.writeHead(500).end()

      for (let round = 0; round < 5; round += 1) expect((await by(op, first)).status).to.equal(401)
      const within = remote.fetches
      remote.answer = undefined
      clock.tick(31_000)
      const { status } = await by(op, first)

      expect([within, status]).to.deep.equal([1, 200])
    })
  })

  it('S24 are not asked for at special-use addresses', async () => {
    const { op, remote } = await start([first.publicJwk], {
      allowSpecialUseAddresses: ['127.0.0.1'],
      httpOptions: () => ({
        dnsLookup: (_name, _options, callback) => callback(null, [{ address: '10.0.0.1', family: 4 }]),
      }),
      clients: [keyClientAt('https://rp.example.com/jwks')],
    })
    const failed = op.nextError('grant.error')

    expect((await by(op, first)).status).to.equal(401)
    expect((await failed).error_detail).to.match(/special-use/)
    expect(remote.fetches).to.equal(0)
  })

  it('are asked for by the fetch of the configuration', async () => {
    const asked: string[] = []
    const { op } = await start([], {
      clients: [keyClientAt('https://rp.example.com/jwks')],
      fetch: async (url) => {
        asked.push(url.href)
        return Response.json({ keys: [first.publicJwk] })
      },
    })

    expect((await by(op, first)).status).to.equal(200)
    expect(asked).to.deep.equal(['https://rp.example.com/jwks'])
  })
})
