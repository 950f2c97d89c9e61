import { createServer } from 'node:https'
import type { LookupFunction } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import { FetchPool } from '../../lib/outgoing/fetch_pool.ts'
import { OutgoingRequestFailed, outgoingJson, outgoingRequest } from '../../lib/outgoing/outgoing_request.ts'
import { isSpecialUseAddress } from '../../lib/outgoing/special_use_address.ts'
import type { Configuration } from '../../types/configuration.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'

const OPEN: Configuration = { allowSpecialUseAddresses: true }
const LIMIT = 65536

const runtime = (configuration: Configuration) => ({
  configuration: resolveConfiguration({ logger: { info() {}, warn() {}, error() {} }, ...configuration }, []),
})

/** A resolver that answers each look-up with the next of these lists. */
function resolver(...answers: string[][]) {
  const asked: string[] = []
  const lookup: LookupFunction = (hostname, options, callback) => {
    asked.push(hostname)
    const found = (answers[asked.length - 1] ?? answers.at(-1) ?? []).map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }))
    if (options.all) callback(null, found)
    else callback(null, found[0]?.address ?? '', found[0]?.family)
  }
  return { asked, lookup }
}

async function failureOf(pending: Promise<unknown>): Promise<OutgoingRequestFailed> {
  try {
    await pending
  } catch (error) {
    if (error instanceof OutgoingRequestFailed) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('outgoing requests (RFC 9101 §10.4.1, RFC 6890)', () => {
  afterEach(stopServers)

  describe('where they go', () => {
    for (const address of [
      '127.0.0.1',
      '10.1.2.3',
      '100.64.0.1',
      '169.254.169.254',
      '172.16.0.1',
      '192.0.0.1',
      '192.0.2.1',
      '192.88.99.1',
      '192.168.1.1',
      '198.18.0.1',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '255.255.255.255',
      '0.0.0.0',
      '168.63.129.16',
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::127.0.0.1',
      '64:ff9b::169.254.169.254',
      '64:ff9b:1::1',
      'fd00:ec2::254',
      'fe80::1',
      'fe80::1%eth0',
      'ff02::1',
      '2001::1',
      '2001:db8::1',
      '2002:7f00:1::',
      '3fff::1',
      '64:ff9b::10.0.0.1',
      'not an address',
    ]) {
      it(`S24 calls ${address} a special-use address`, () => {
        expect(isSpecialUseAddress(address)).to.equal(true)
      })
    }

    for (const address of [
      '8.8.8.8',
      '9.255.255.255',
      '11.0.0.1',
      '100.128.0.1',
      '168.63.129.17',
      '172.15.255.255',
      '172.32.0.1',
      '192.0.1.1',
      '198.17.255.255',
      '198.20.0.1',
      '223.255.255.255',
      '2001:200::1',
      '2003::1',
      '2606:4700::1111',
      '64:ff9b::8.8.8.8',
    ]) {
      it(`S24 calls ${address} public`, () => {
        expect(isSpecialUseAddress(address)).to.equal(false)
      })
    }

    for (const host of [
      '127.0.0.1',
      '0x7f.1',
      '2130706433',
      '0177.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      'localhost',
    ]) {
      it(`S24 refuses ${host} without connecting`, async () => {
        const server = await startServer((_req, res) => res.end('secret'))
        const failure = await failureOf(outgoingRequest(runtime({}), `http://${host}:${server.port}/`))

        expect(failure.message).to.match(/special-use address/)
        expect(server.requests).to.deep.equal([])
      })
    }

    it('refuses options that are promised: the request would go another way than the host wants', async () => {
      const server = await startServer((_req, res) => res.end('secret'))
      const rt = runtime({ ...OPEN, httpOptions: () => Object(Promise.reject(new Error('no agent'))) })

      const failure: unknown = await outgoingRequest(rt, `http://localhost:${server.port}/`).catch(
        (error: unknown) => error,
      )

      expect(failure)
        .to.be.instanceOf(TypeError)
        .with.property('message')
        .that.matches(/httpOptions/)
      expect(server.requests).to.deep.equal([])
    })

    it('S24 refuses a host that resolves to a public and a private address', async () => {
      const { lookup } = resolver(['8.8.8.8', '10.0.0.1'])
      const rt = runtime({ httpOptions: () => ({ dnsLookup: lookup }) })

      const failure = await failureOf(outgoingRequest(rt, 'https://rp.example.com/jwks'))

      expect(failure.message).to.match(/special-use address/)
    })

    it('F172 S25 connects to the address that was checked: the name is looked up once', async () => {
      const server = await startServer((_req, res) => res.end('{}'))
      // The second answer would be refused by the system: nothing listens there.
      const { lookup, asked } = resolver(['127.0.0.1'], ['127.255.255.254'])
      const rt = runtime({ ...OPEN, httpOptions: () => ({ dnsLookup: lookup }) })

      const { status } = await outgoingRequest(rt, `http://rp.example.com:${server.port}/`, { limit: LIMIT })

      expect(status).to.equal(200)
      expect(asked).to.deep.equal(['rp.example.com'])
      expect(server.requests[0]?.headers.host).to.equal(`rp.example.com:${server.port}`)
    })

    it('S24 allows special addresses to the named hosts only', async () => {
      const server = await startServer((_req, res) => res.end('{}'))
      const { lookup } = resolver(['127.0.0.1'])
      const rt = runtime({
        allowSpecialUseAddresses: ['own.example.com'],
        httpOptions: () => ({ dnsLookup: lookup }),
      })

      const own = await outgoingRequest(rt, `http://own.example.com:${server.port}/`)
      const other = await failureOf(outgoingRequest(rt, `http://rp.example.com:${server.port}/`))

      expect(own.status).to.equal(200)
      expect(other.message).to.match(/special-use address/)
      expect(server.requests).to.have.length(1)
    })

    for (const url of [
      'file:///etc/passwd',
      'ftp://example.com/',
      'gopher://example.com/',
      'unix:/run/x',
      'data:,x',
    ]) {
      it(`S27 refuses ${url}`, async () => {
        expect((await failureOf(outgoingRequest(runtime(OPEN), url))).message).to.match(/only http and https/)
      })
    }

    for (const credentials of ['me:hidden', 'hidden', ':hidden']) {
      it(`S28 refuses credentials in the URL, and does not repeat them: ${credentials}`, async () => {
        const failure = await failureOf(
          outgoingRequest(runtime(OPEN), `https://${credentials}@rp.example.com/`),
        )

        expect(failure.message)
          .to.match(/credentials in URLs/)
          .and.not.match(/hidden/)
      })
    }

    it('S26 does not follow redirects', async () => {
      const server = await startServer((req, res) => {
        res.writeHead(302, { location: req.url === '/' ? '/inside' : '/' }).end()
      })

      const { status } = await outgoingRequest(runtime(OPEN), `${server.origin}/`, { limit: LIMIT })

      expect(status).to.equal(302)
      expect(server.requests.map(({ url }) => url)).to.deep.equal(['/'])
    })

    it('S38 does not honour proxies named by the environment', async () => {
      const server = await startServer((_req, res) => res.end('direct'))
      const proxy = await startServer((_req, res) => res.end('proxy'))
      const before = { ...process.env }
      Object.assign(process.env, {
        HTTP_PROXY: proxy.origin,
        http_proxy: proxy.origin,
        NODE_USE_ENV_PROXY: '1',
      })
      try {
        const { body } = await outgoingRequest(runtime(OPEN), server.origin, { limit: LIMIT })
        expect(body).to.equal('direct')
      } finally {
        for (const name of ['HTTP_PROXY', 'http_proxy', 'NODE_USE_ENV_PROXY']) delete process.env[name]
        Object.assign(process.env, before)
      }
      expect(proxy.requests).to.deep.equal([])
    })
  })

  describe('how many are under way', () => {
    it('S32 are four to one address, whatever the names and paths, and the others wait', async () => {
      let open = 0
      let most = 0
      const server = await startServer((_req, res) => {
        open += 1
        most = Math.max(most, open)
        setImmediate(() => {
          open -= 1
          res.end('ok')
        })
      })
      const { lookup } = resolver(['127.0.0.1'])
      const rt = runtime({ ...OPEN, httpOptions: () => ({ dnsLookup: lookup }) })
      const pool = new FetchPool()

      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          outgoingRequest(rt, `http://host${n}.example.com:${server.port}/${n}`, { pool, limit: LIMIT }),
        ),
      )

      expect(answers.map(({ body }) => body)).to.deep.equal(Array.from({ length: 40 }, () => 'ok'))
      expect(most).to.be.within(1, 4)
    })

    it('S32 those of one purpose never wait behind those of another, nor beyond their deadline', async () => {
      const server = await startServer((req, res) => {
        if (req.url === '/quick') res.end('ok')
      })
      const stop = new AbortController()
      const rt = runtime({ ...OPEN, httpOptions: () => ({ signal: stop.signal }) })
      const strangers = new FetchPool()
      const slow = Array.from({ length: 20 }, () =>
        failureOf(outgoingRequest(rt, `${server.origin}/slow`, { pool: strangers })),
      )

      const quick = await outgoingRequest(rt, `${server.origin}/quick`, {
        pool: new FetchPool(),
        limit: LIMIT,
      })
      const reached = server.requests.filter(({ url }) => url === '/slow').length
      stop.abort()

      expect(quick.body).to.equal('ok')
      expect(reached).to.be.at.most(4)
      for (const failure of await Promise.all(slow)) expect(failure.isTemporary).to.equal(true)
    })
  })

  describe('what they carry', () => {
    it('S37 sends no cookie, no credentials and nothing that was not asked for', async () => {
      const server = await startServer((_req, res) => res.writeHead(200, { 'set-cookie': 'a=b' }).end())
      const rt = runtime(OPEN)

      await outgoingRequest(rt, server.origin, { accept: 'application/json', limit: LIMIT })
      await outgoingRequest(rt, server.origin, { form: { logout_token: 'a b' } })

      const [first, second] = server.requests.map(({ headers }) => Object.keys(headers).sort())
      expect(first).to.deep.equal(['accept', 'accept-encoding', 'connection', 'host'])
      expect(second).to.include('content-type').and.not.include('cookie')
      expect(server.requests[1]?.method).to.equal('POST')
    })
  })

  it('say who asks where httpOptions names it, and nothing otherwise (RFC 9110 §10.1.5)', async () => {
    const server = await startServer((_req, res) => res.end())

    await outgoingRequest(runtime({ ...OPEN, httpOptions: () => ({ 'user-agent': 'op/1' }) }), server.origin)
    await outgoingRequest(runtime(OPEN), server.origin)

    expect(server.requests.map(({ headers }) => headers['user-agent'])).to.deep.equal(['op/1', undefined])
  })

  describe('how much they read', () => {
    it('S30 cuts an answer that does not end', async () => {
      const server = await startServer((_req, res) => {
        const more = () => {
          while (!res.destroyed && res.write('x'.repeat(16384)));
        }
        res.on('drain', more)
        more()
      })

      const failure = await failureOf(outgoingRequest(runtime(OPEN), server.origin, { limit: LIMIT }))

      expect(failure.message).to.match(/longer than 65536/)
    })

    it('S30 counts what a compressed answer becomes', async () => {
      const bomb = gzipSync('x'.repeat(5_000_000))
      const server = await startServer((_req, res) =>
        res.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
      )

      const failure = await failureOf(outgoingRequest(runtime(OPEN), server.origin, { limit: LIMIT }))

      expect(bomb.length).to.be.below(LIMIT)
      expect(failure.message).to.match(/longer than 65536/)
    })

    it('S30 refuses an answer that is shorter than it says', async () => {
      const server = await startServer((_req, res) => {
        res.writeHead(200, { 'content-length': '1000' })
        res.write('{}')
        setImmediate(() => res.destroy())
      })

      await failureOf(outgoingRequest(runtime(OPEN), server.origin, { limit: LIMIT }))
    })

    it('S30 reads an answer of exactly the limit, compressed or not', async () => {
      const text = 'x'.repeat(LIMIT)
      const server = await startServer((req, res) => {
        if (req.url === '/plain') res.end(text)
        else res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text))
      })

      for (const path of ['plain', 'gzip']) {
        const { body } = await outgoingRequest(runtime(OPEN), `${server.origin}/${path}`, { limit: LIMIT })
        expect(body).to.equal(text)
      }
    })

    for (const [what, path] of [
      ['nothing at all', '/silent'],
      ['headers only', '/headers'],
      ['a byte now and then', '/trickle'],
    ] as const) {
      it(`S31 gives up on a server that sends ${what}, in one deadline for all of it`, async () => {
        const server = await startServer((req, res) => {
          if (req.url === '/silent') return
          res.writeHead(200, { 'content-type': 'application/json' })
          res.flushHeaders()
          if (req.url === '/headers') return
          const timer = setInterval(() => res.write(' '), 20)
          res.on('close', () => clearInterval(timer))
        })
        const rt = runtime({ ...OPEN, httpOptions: () => ({ signal: AbortSignal.timeout(150) }) })
        const started = performance.now()

        await failureOf(outgoingRequest(rt, `${server.origin}${path}`, { limit: LIMIT }))

        expect(performance.now() - started).to.be.at.least(100)
      })
    }

    for (const [whose, request] of [
      ['its own', { timeout: 50, signal: new AbortController().signal }],
      ['the caller’s', { timeout: 600_000, signal: AbortSignal.timeout(50) }],
    ] as const) {
      it(`S31 has two deadlines where its caller has one as well: ${whose} is the first to end`, async () => {
        const server = await startServer((_req, res) => res.writeHead(200).flushHeaders())

        await failureOf(outgoingRequest(runtime(OPEN), server.origin, { limit: LIMIT, ...request }))
      })
    }

    it('S31 gives up after 2.5 seconds unless told otherwise', async () => {
      const server = await startServer((_req, res) => res.writeHead(200).flushHeaders())
      const started = performance.now()

      await failureOf(outgoingRequest(runtime(OPEN), server.origin, { limit: LIMIT }))

      expect(performance.now() - started).to.be.at.least(2300)
    })

    it('S31 counts a resolver that never answers', async () => {
      const rt = runtime({
        httpOptions: () => ({ dnsLookup: () => {}, signal: AbortSignal.timeout(50) }),
      })

      await failureOf(outgoingRequest(rt, 'https://rp.example.com/', { limit: LIMIT }))
    })
  })

  describe('what counts as JSON (RFC 8259)', () => {
    for (const [what, type, body] of [
      ['HTML', 'text/html', '{}'],
      ['no content type', undefined, '{}'],
      ['a type that only looks like JSON', 'application/jsonp', '{}'],
      ['a byte order mark', 'application/json', '\ufeff{}'],
      ['invalid UTF-8', 'application/json', Buffer.from([0x22, 0xff, 0x22])],
      ['a member named __proto__', 'application/json', '{"a":[{"__proto__":{"b":1}}]}'],
      ['truncated JSON', 'application/json', '{"a":'],
      ['60,000 nested arrays', 'application/json', '['.repeat(30000) + ']'.repeat(30000)],
    ] as const) {
      it(`S34 refuses ${what}`, async () => {
        const server = await startServer((_req, res) => {
          res.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(body)
        })

        await failureOf(outgoingJson(runtime(OPEN), server.origin, { limit: LIMIT }))
      })
    }

    it('what parses is taken where the caller does not mind how it is declared, with the headers it came with', async () => {
      const server = await startServer((_req, res) => {
        res.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'max-age=60' }).end('{"a":1}')
      })
      const request = { limit: LIMIT, undeclared: true }

      const { value, headers } = await outgoingJson(runtime(OPEN), server.origin, request)

      expect(value).to.deep.equal({ a: 1 })
      expect(headers.get('cache-control')).to.equal('max-age=60')
    })

    for (const [status, isTemporary] of [
      [404, false],
      [499, false],
      [500, true],
      [503, true],
    ] as const) {
      it(`the status ${status} is ${isTemporary ? 'one that may pass' : 'no accident'} (RFC 9110 §15.6)`, async () => {
        const server = await startServer((_req, res) => res.writeHead(status).end())
        const failure = await failureOf(outgoingJson(runtime(OPEN), server.origin, { limit: LIMIT }))

        expect(failure).to.include({ isTemporary, name: 'OutgoingRequestFailed' })
      })
    }

    it('a connection that is refused may pass; a certificate that is refused, and an answer that is cut, may not', async () => {
      const gone = await startServer(() => {})
      await stopServers()
      const long = await startServer((_req, res) => res.writeHead(200).end('x'.repeat(LIMIT + 1)))
      const secure = createServer({ key: CERTIFICATE.key, cert: CERTIFICATE.cert }, (_req, res) => res.end())
      await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve))
      const address = secure.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const failures = await Promise.all(
        [gone.origin, long.origin, `https://localhost:${port}/`].map((url) =>
          failureOf(outgoingRequest(runtime(OPEN), url, { limit: LIMIT })),
        ),
      )
      await new Promise((resolve) => secure.close(resolve))

      expect(failures.map(({ isTemporary }) => isTemporary)).to.deep.equal([true, false, false])
    })

    it('S34 refuses any status but 200', async () => {
      const server = await startServer((_req, res) =>
        res.writeHead(203, { 'content-type': 'application/json' }).end('{}'),
      )

      await failureOf(outgoingJson(runtime(OPEN), server.origin, { limit: LIMIT }))
    })

    it('reads a key set', async () => {
      const server = await startServer((_req, res) =>
        res.writeHead(200, { 'content-type': 'application/jwk-set+json; charset=utf-8' }).end('{"keys":[]}'),
      )

      const { value } = await outgoingJson(runtime(OPEN), server.origin, { limit: LIMIT })

      expect(value).to.deep.equal({ keys: [] })
    })
  })

  describe('by the fetch of the configuration', () => {
    it('asks the host to make the request, without redirects and within the deadline', async () => {
      const seen: [URL, RequestInit][] = []
      const rt = runtime({
        fetch: async (url, options) => {
          seen.push([url, options])
          return new Response('{}', { headers: { 'content-type': 'application/json' } })
        },
      })

      const { value } = await outgoingJson(rt, 'https://rp.example.com/jwks', { limit: LIMIT })

      expect(value).to.deep.equal({})
      expect(seen[0]?.[0].href).to.equal('https://rp.example.com/jwks')
      expect(seen[0]?.[1]).to.include({ redirect: 'manual', method: 'GET' })
    })

    it('S30 cuts what the host fetched', async () => {
      const rt = runtime({ fetch: async () => new Response('x'.repeat(100)) })

      const failure = await failureOf(outgoingRequest(rt, 'https://rp.example.com/', { limit: 99 }))

      expect(failure.message).to.match(/longer than 99/)
    })

    it('S24 still refuses addresses that are spelled out', async () => {
      const rt = runtime({ fetch: async () => new Response('secret') })

      await failureOf(outgoingRequest(rt, 'http://169.254.169.254/latest/', { limit: LIMIT }))
    })
  })
})
