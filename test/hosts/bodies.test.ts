import { Readable } from 'node:stream'
import { expect } from 'chai'
import Koa, { type Middleware } from 'koa'
import { startServer, stopServers } from '../support/local_server.ts'
import { rawRequest } from '../support/raw_request.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

/** A stream as other implementations make it, `readable-stream` 4 for one: no class of Node's is behind it. */
const streamOfOthers = (stream: Readable) => new Proxy(stream, { getPrototypeOf: () => Object.prototype })

/** What a middleware of the host may answer with. */
const BODIES: Readonly<Record<string, () => unknown>> = {
  'a text': () => 'text: ä',
  'an empty text': () => '',
  'an object': () => ({ a: 'ä' }),
  'an array': () => [1, { a: 2 }],
  'a number': () => 42,
  false: () => false,
  null: () => null,
  nothing: () => undefined,
  bytes: () => Buffer.from('bytes'),
  'a stream': () => Readable.from(['a', 'stream']),
  "a stream of others than Node's": () => streamOfOthers(Readable.from(['a', 'stream'])),
  'a stream of the web': () => new Blob(['web']).stream(),
  'a Blob': () => new Blob(['blob'], { type: 'text/plain' }),
  'a Response': () => new Response('response', { status: 201, headers: { 'x-own': 'own' } }),
  'an object that is no JSON': () => ({ toJSON: () => undefined }),
  'an object that says itself what it is in JSON': () => ({ toJSON: () => 'itself' }),
}

const AT: Readonly<Record<string, Middleware>> = {
  'as it is': () => {},
  'with 304': (ctx) => {
    ctx.status = 304
  },
  'after headers were sent': (ctx) => ctx.flushHeaders(),
  'behind what was written already': (ctx) => {
    ctx.res.write('early ')
  },
}

describe("answers of a host's middleware are those of Koa", () => {
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })

  for (const method of ['GET', 'HEAD']) {
    for (const [kind, makeBody] of Object.entries(BODIES)) {
      for (const [when, prepare] of Object.entries(AT)) {
        it(`${method}: ${kind}, ${when}`, async () => {
          const middleware: Middleware = async (ctx, next) => {
            ctx.body = makeBody()
            await prepare(ctx, next)
          }
          const koa = new Koa({ env: 'test' }).use(middleware)
          koa.silent = true
          const plain = await startServer(koa.callback())
          const op = await startProvider({}, { use: [middleware] })
          op.provider.app.silent = true
          const ask = async (origin: string) => {
            const { lines, ...rest } = await rawRequest(
              origin,
              `${method} /own HTTP/1.1\nHost: HOST\nConnection: close\n\n`,
            )
            return { ...rest, lines: lines.filter((line) => !line.startsWith('Date:')) }
          }

          expect(await ask(op.provider.issuer)).to.deep.equal(await ask(plain.origin))
        })
      }
    }
  }
})
