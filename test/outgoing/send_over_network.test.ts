import { once } from 'node:events'
import { Agent } from 'node:http'
import { createServer, Agent as HttpsAgent } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import {
  type OutgoingRequest,
  OutgoingRequestFailed,
  outgoingRequest,
} from '../../lib/outgoing/outgoing_request.ts'
import type { Configuration } from '../../types/configuration.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'

const LIMIT = 65536
const SILENT = { info() {}, warn() {}, error() {} }

const send = (url: string, request: OutgoingRequest = { limit: LIMIT }, configuration: Configuration = {}) =>
  outgoingRequest(
    {
      configuration: resolveConfiguration(
        { logger: SILENT, allowSpecialUseAddresses: true, ...configuration },
        [],
      ),
    },
    url,
    request,
  )

async function failureOf(pending: Promise<unknown>): Promise<OutgoingRequestFailed> {
  const outcome: unknown = await pending.catch((error: unknown) => error)
  if (outcome instanceof OutgoingRequestFailed) return outcome
  throw new Error('it did not fail as it should')
}

/** A server that answers each connection with these bytes, and says what it was sent. */
async function withBytes<T>(
  answer: string,
  use: (origin: string, received: () => string) => Promise<T>,
): Promise<T> {
  let received = ''
  const server = createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      socket.write(answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  try {
    return await use(`http://127.0.0.1:${address.port}`, () => received)
  } finally {
    server.close()
  }
}

async function withTls<T>(use: (origin: string) => Promise<T>): Promise<T> {
  const server = createServer({ key: CERTIFICATE.key, cert: CERTIFICATE.cert }, (_req, res) => res.end('ok'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  try {
    return await use(`https://localhost:${address.port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

describe('outgoing requests over the network (RFC 9110, RFC 9112)', () => {
  afterEach(stopServers)

  describe('content codings (RFC 9110 §8.4)', () => {
    for (const [what, coding, body] of [
      ['deflate', 'deflate', deflateSync('secret')],
      ['two codings', 'gzip, gzip', gzipSync(gzipSync('secret'))],
      ['one that nobody knows', 'x-own', 'secret'],
    ] as const)
      it(`S30 refuses ${what}, which was not offered (RFC 9110 §12.5.3)`, async () => {
        const server = await startServer((_req, res) =>
          res.writeHead(200, { 'content-encoding': coding }).end(body),
        )

        const failure = await failureOf(send(server.origin))

        expect(failure.message).to.match(/content coding that was not offered/)
        expect(server.requests[0]?.headers['accept-encoding']).to.equal('gzip, br')
      })

    for (const [what, body] of [
      ['is cut', gzipSync('x'.repeat(1000)).subarray(0, 20)],
      ['is not what it says', 'plain text'],
    ] as const)
      it(`S30 refuses a compressed body that ${what}`, async () => {
        const server = await startServer((_req, res) =>
          res.writeHead(200, { 'content-encoding': 'gzip' }).end(body),
        )

        await failureOf(send(server.origin))
      })

    it('S30 counts what brotli becomes', async () => {
      const bomb = brotliCompressSync('x'.repeat(5_000_000))
      const server = await startServer((_req, res) =>
        res.writeHead(200, { 'content-encoding': 'br' }).end(bomb),
      )

      const failure = await failureOf(send(server.origin))

      expect(bomb.length).to.be.below(LIMIT)
      expect(failure.message).to.match(/longer than 65536/)
    })

    for (const [coding, body] of [
      ['br', brotliCompressSync('hello')],
      ['GZip', gzipSync('hello')],
      ['x-gzip', gzipSync('hello')],
      ['identity', 'hello'],
      ['', 'hello'],
    ] as const)
      it(`reads a body whose coding is "${coding}"`, async () => {
        const server = await startServer((_req, res) =>
          res.writeHead(200, { 'content-encoding': coding }).end(body),
        )

        expect((await send(server.origin)).body).to.equal('hello')
      })

    for (const [method, status, length] of [
      ['HEAD', 200, '20'],
      ['GET', 204, undefined],
      ['GET', 304, '20'],
      ['GET', 200, '0'],
    ] as const)
      it(`takes no body for one of a coding: ${method} answered with ${status} (RFC 9112 §6.3)`, async () => {
        const server = await startServer((_req, res) =>
          res
            .writeHead(status, {
              'content-encoding': 'gzip',
              ...(length === undefined ? {} : { 'content-length': length }),
            })
            .end(),
        )

        expect(await send(server.origin, { method, limit: LIMIT })).to.include({ status, body: '' })
      })
  })

  describe('messages (RFC 9112)', () => {
    it('S31 gives up at once on a server that wants another protocol (RFC 9110 §15.2.2)', async () => {
      const failure = await withBytes(
        'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n',
        (origin) => failureOf(send(origin)),
      )

      expect(failure.message).to.match(/without an answer/)
    })

    for (const [what, answer] of [
      ['is no HTTP', 'SSH-2.0-OpenSSH_9\r\n'],
      ['has two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
      [
        'has a length and is chunked',
        'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
      ],
      ['has headers without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`],
    ] as const)
      it(`refuses an answer that ${what} (RFC 9112 §6.3)`, async () => {
        await withBytes(answer, (origin) => failureOf(send(origin)))
      })

    for (const method of ['GET', 'DELETE', 'POST'] as const)
      it(`tells how long the body of ${method} is, so that it is not taken for another request (RFC 9112 §6.3)`, async () => {
        const body = 'GET /inside HTTP/1.1\r\n\r\n'
        const server = await startServer((_req, res) => res.end())

        await send(server.origin, { method, body })

        expect(server.requests).to.have.length(1)
        expect(server.requests[0]?.headers).to.include({ 'content-length': String(body.length) })
        expect(server.requests[0]?.headers).not.to.have.property('transfer-encoding')
      })

    for (const value of ['a\r\nx-injected: 1', 'a\nb', 'ü\u0100'])
      it(`S37 sends no header that would be two: ${JSON.stringify(value)} (RFC 9110 §5.5)`, async () => {
        const server = await startServer((_req, res) => res.end())

        await failureOf(send(server.origin, { headers: { 'x-own': value } }))

        expect(server.requests).to.deep.equal([])
      })

    it('asks nobody once the deadline has passed', async () => {
      const server = await startServer((_req, res) => res.end())

      const failure = await failureOf(send(server.origin, { signal: AbortSignal.abort() }))

      expect(failure.isTemporary).to.equal(true)
      expect(server.requests).to.deep.equal([])
    })

    it('says what happened when each of several addresses refuses the connection (RFC 8305 §5)', async () => {
      const gone = await startServer(() => {})
      await stopServers()
      const failure = await failureOf(
        send(
          `http://rp.example.com:${gone.port}/`,
          {},
          {
            httpOptions: () => ({
              dnsLookup: (_host, _options, callback) =>
                callback(null, [
                  { address: '127.0.0.1', family: 4 },
                  { address: '::1', family: 6 },
                ]),
            }),
          },
        ),
      )

      expect(failure.message).to.match(/ECONNREFUSED/)
      expect(failure.isTemporary).to.equal(true)
    })
  })

  describe('connections', () => {
    it('are closed after each request, whatever is not read of the answer', async () => {
      const closed: Promise<unknown>[] = []
      const server = await startServer((req, res) => {
        closed.push(once(req.socket, 'close'))
        res.write('more is to come')
      })

      await send(server.origin, {})

      await Promise.all(closed)
      expect(closed).to.have.length(1)
    })

    it('F172 are kept by an agent of the host that keeps them', async () => {
      const agent = new Agent({ keepAlive: true })
      const ports = new Set<number | undefined>()
      const server = await startServer((req, res) => {
        ports.add(req.socket.remotePort)
        res.end('ok')
      })
      const configuration = { httpOptions: () => ({ agent }) }

      for (const _ of [1, 2, 3]) await send(server.origin, { limit: LIMIT }, configuration)
      agent.destroy()

      expect(ports.size).to.equal(1)
    })

    it('F172 an agent for another scheme is refused', async () => {
      const server = await startServer((_req, res) => res.end('ok'))

      await failureOf(send(server.origin, {}, { httpOptions: () => ({ agent: new HttpsAgent() }) }))

      expect(server.requests).to.deep.equal([])
    })
  })

  describe('TLS (RFC 9110 §4.3.4)', () => {
    it('a certificate that nobody vouches for is refused, whatever the environment says', async () => {
      const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
      try {
        const failure = await withTls((origin) => failureOf(send(origin)))
        expect(failure.message).to.match(/self-signed/)
      } finally {
        if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
        else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
      }
    })

    it('a certificate for another name is refused', async () => {
      const failure = await withTls((origin) =>
        failureOf(
          send(
            origin.replace('localhost', 'rp.example.com'),
            { tls: { certificateAuthority: CERTIFICATE.cert } },
            {
              httpOptions: () => ({
                dnsLookup: (_host, _options, callback) =>
                  callback(null, [{ address: '127.0.0.1', family: 4 }]),
              }),
            },
          ),
        ),
      )

      expect(failure.message).to.match(/rp\.example\.com/)
    })

    it('one that the caller or the agent of the host trusts is accepted', async () => {
      const agent = new HttpsAgent({ ca: CERTIFICATE.cert })
      const answers = await withTls((origin) =>
        Promise.all([
          send(origin, { limit: LIMIT, tls: { certificateAuthority: CERTIFICATE.cert } }),
          send(origin, { limit: LIMIT }, { httpOptions: () => ({ agent }) }),
        ]),
      )

      expect(answers.map(({ body }) => body)).to.deep.equal(['ok', 'ok'])
    })
  })
})
