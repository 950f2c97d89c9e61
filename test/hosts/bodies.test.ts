import { AsyncLocalStorage } from 'node:async_hooks'
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
  'with 204': (ctx) => {
    ctx.status = 204
  },
  'with 205': (ctx) => {
    ctx.status = 205
  },
  'with an answer of its own, later': (ctx) => {
    ctx.respond = false
    setImmediate(() => setImmediate(() => ctx.res.end('of its own')))
  },
  'with an answer of its own, at once': (ctx) => {
    ctx.res.end('of its own')
  },
  'with an error': () => {
    throw new TypeError('of the host')
  },
  'with an error that is told': (ctx) => ctx.throw(418, 'teapot'),
}

describe("answers of a host's middleware are those of Koa", () => {
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })

  /** What is answered by the provider, and by an application that has the middleware alone, and what they told of errors. */
  async function askBoth(method: string, middleware: Middleware) {
    const koa = new Koa({ env: 'test' }).use(middleware)
    const plain = await startServer(koa.callback())
    const op = await startProvider({}, { use: [middleware] })
    const ask = async (origin: string, app: Koa) => {
      const errors: string[] = []
      app.silent = true
      app.on('error', ({ name }: Error) => errors.push(name))
      const { lines, ...rest } = await rawRequest(
        origin,
        `${method} /own HTTP/1.1\nHost: HOST\nConnection: close\n\n`,
      )
      return { ...rest, lines: lines.filter((line) => !line.startsWith('Date:')), errors }
    }
    return [await ask(op.provider.issuer, op.provider.app), await ask(plain.origin, koa)]
  }

  for (const method of ['GET', 'HEAD', 'POST']) {
    it(`${method}: an object that cannot be in JSON`, async () => {
      const [ours, koas] = await askBoth(method, (ctx) => {
        const body: Record<string, unknown> = {}
        body['itself'] = body
        ctx.body = body
      })

      expect(ours).to.deep.equal(koas)
      expect(ours?.errors).to.deep.equal(['TypeError'])
    })

    for (const [kind, makeBody] of Object.entries(BODIES)) {
      for (const [when, prepare] of Object.entries(AT)) {
        it(`${method}: ${kind}, ${when}`, async () => {
          const middleware: Middleware = async (ctx, next) => {
            ctx.body = makeBody()
            await prepare(ctx, next)
          }
          const [ours, koas] = await askBoth(method, middleware)

          expect(ours).to.deep.equal(koas)
        })
      }
    }
  }

  it('and where the application keeps the context of a request, middleware finds it there', async () => {
    const paths: unknown[] = []
    const { provider } = await startProvider(
      {},
      {
        use: [
          async (ctx, next) => {
            await next()
            paths.push(ctx.app.currentContext?.path)
          },
        ],
        host: (given) => {
          Reflect.set(given.app, 'ctxStorage', new AsyncLocalStorage())
          return given.callback()
        },
      },
    )
    await fetch(`${provider.issuer}/jwks`)

    expect(paths).to.deep.equal(['/jwks'])
  })
})
