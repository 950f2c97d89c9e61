import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { expect } from 'chai'
import sinon from 'sinon'
import { developmentKeys } from '../../lib/helpers/jose/development_keys.ts'
import Provider from '../../lib/index.ts'
import { listingAdapter } from '../support/listing_adapter.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'
import { wrapAdapter } from '../support/wrap_adapter.ts'

const KEYS = developmentKeys()
const SILENT = { info() {}, warn() {}, error() {} }

/** Answers of every form: text, JSON, a document, a document again, an error, nothing, and what Koa writes. */
const PATHS = ['/token', '/auth?client_id=nobody', '/jwks', '/jwks', '/me', '/nowhere', '/bytes', '/empty']

describe('answers are written at the end of a turn of the event loop', () => {
  afterEach(stopServers)

  type Serve = ReturnType<Provider['callback']>

  /** @param serve a request, by the listener of a provider */
  async function start(
    serve: (listener: Serve, req: IncomingMessage, res: ServerResponse) => void,
    isExtended = false,
  ) {
    const provider = new Provider('http://op.example.com', { jwks: KEYS, logger: SILENT })
    if (isExtended) extend(provider)
    const listener = provider.callback()
    return startServer((req, res) => serve(listener, req, res))
  }

  /** Endpoints of a host, which has documents read by its middleware before they are sent. */
  function extend(provider: Provider): void {
    provider.use(async (ctx, next) => {
      if (ctx.path === '/bytes') ctx.body = Buffer.from('bytes')
      else if (ctx.path === '/empty') ctx.status = 204
      else await next()
    })
  }

  for (const isExtended of [false, true]) {
    const title = isExtended ? ' by a provider with endpoints of a host' : ''
    it(`and who waits for the listener waits for that: serverless hosts end when it has${title}`, async () => {
      const ended: boolean[] = []
      const { origin } = await start(async (listener, req, res) => {
        await listener(req, res)
        ended.push(res.writableEnded)
      }, isExtended)
      const statuses: number[] = []
      for (const path of PATHS) statuses.push((await fetch(`${origin}${path}`)).status)

      expect(statuses.slice(-2)).to.deep.equal(isExtended ? [200, 204] : [404, 404])
      expect(ended).to.deep.equal(PATHS.map(() => true))
    })
  }

  it('each in the asynchronous context of its own request', async () => {
    const context = new AsyncLocalStorage<string>()
    const seen: string[] = []
    const { origin } = await start((listener, req, res) => {
      const { url = '' } = req
      res.on('finish', () => seen.push(`${url} in ${context.getStore()}`))
      context.run(url, () => void listener(req, res))
    })
    const urls = [...new Set(PATHS)].map(
      (path, index) => `${path}${path.includes('?') ? '&' : '?'}n=${index}`,
    )
    await Promise.all(urls.map((url) => fetch(`${origin}${url}`)))

    expect(seen.toSorted()).to.deep.equal(urls.map((url) => `${url} in ${url}`).toSorted())
  })

  it('unless a host was faster, whose answer stands', async () => {
    const errors: unknown[] = []
    const { origin } = await start((listener, req, res) => {
      res.on('error', (error) => errors.push(error))
      void listener(req, res)
      queueMicrotask(() => {
        for (const name of res.getHeaderNames()) res.removeHeader(name)
        res.writeHead(503).end('too slow')
      })
    })
    await fetch(`${origin}/jwks`)

    for (const path of PATHS) {
      const answer = await fetch(`${origin}${path}`)
      expect([answer.status, await answer.text()], path).to.deep.equal([503, 'too slow'])
    }
    expect(errors).to.deep.equal([])
  })

  it('but tokens for a code that is spent at once: their client could not get others (RFC 6749 §4.1.2)', async () => {
    const written: boolean[] = []
    let answer: ServerResponse | undefined
    const entries = new Map()
    const adapter = wrapAdapter(listingAdapter(mapAdapter(entries), entries), async ({ name }, run) => {
      const outcome = await run()
      if (name === 'commit') setImmediate(() => written.push(answer?.writableEnded === true))
      return outcome
    })
    const op = await startProvider(
      { adapter },
      {
        host: (provider) => {
          const listener = provider.callback()
          return (req, res) => {
            answer = res
            void listener(req, res)
          }
        },
      },
    )
    const { status } = await op.login()
    await stopProviders()

    expect(status).to.equal(200)
    // That of the authorization request, which made the code, and that of its exchange.
    expect(written.slice(-2)).to.deep.equal([false, true])
  })

  it('all that were read in it, in the order they were asked for on a connection (RFC 9112 §9.3.2)', async () => {
    const { port } = await start((listener, req, res) => void listener(req, res))
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    const asked = ['/jwks', '/nowhere', '/jwks', '/me']
    const last = asked.length - 1
    socket.write(
      asked
        .map(
          (path, index) =>
            `GET ${path} HTTP/1.1\r\nHost: a\r\n${index === last ? 'Connection: close\r\n' : ''}\r\n`,
        )
        .join(''),
    )
    await once(socket, 'close')

    const statuses = [
      ...Buffer.concat(chunks)
        .toString()
        .matchAll(/HTTP\/1\.1 (\d+)/g),
    ]
    expect(statuses.map(([, status]) => status)).to.deep.equal(['200', '404', '200', '401'])
  })

  it('whatever clock the tests of a host put in place of the real one', async () => {
    const { origin } = await start((listener, req, res) => void listener(req, res))
    const clock = sinon.useFakeTimers({ toFake: ['setImmediate', 'Date'] })
    try {
      expect((await fetch(`${origin}/jwks`)).status).to.equal(200)
      expect((await fetch(`${origin}/jwks`)).status).to.equal(200)
    } finally {
      clock.restore()
    }
  })
})
