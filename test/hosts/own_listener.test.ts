import { AsyncLocalStorage } from 'node:async_hooks'
import { Readable } from 'node:stream'
import { expect } from 'chai'
import type { Context } from 'koa'
import { developmentKeys } from '../../lib/helpers/jose/development_keys.ts'
import Provider from '../../lib/index.ts'
import { startServer, stopServers } from '../support/local_server.ts'

const KEYS = developmentKeys()
const SILENT = { info() {}, warn() {}, error() {} }

function circular(): object {
  const body: Record<string, unknown> = {}
  body['itself'] = body
  return body
}

/** What endpoints of a host may do with an answer. */
const ANSWERS: Readonly<Record<string, (ctx: Context) => void>> = {
  text: (ctx) => Object.assign(ctx, { body: 'ü' }),
  json: (ctx) => Object.assign(ctx, { body: { a: ['ü'] } }),
  list: (ctx) => Object.assign(ctx, { body: [1, 2] }),
  'json of its own': (ctx) => Object.assign(ctx, { body: { toJSON: () => ({ own: true }) } }),
  'json that is none': (ctx) => Object.assign(ctx, { body: { toJSON: () => undefined } }),
  'json that cannot be': (ctx) => Object.assign(ctx, { body: circular() }),
  bytes: (ctx) => Object.assign(ctx, { body: Buffer.from('bytes') }),
  stream: (ctx) => Object.assign(ctx, { body: Readable.from(['a', 'b']) }),
  blob: (ctx) => Object.assign(ctx, { body: new Blob(['blob']) }),
  'a status': (ctx) => Object.assign(ctx, { status: 503 }),
  null: (ctx) => Object.assign(ctx, { body: null }),
  number: (ctx) => Object.assign(ctx, { body: 7 }),
  'content not changed': (ctx) => Object.assign(ctx, { status: 304, body: 'text' }),
  'no content': (ctx) => Object.assign(ctx, { status: 204, body: 'text' }),
  'other content': (ctx) => Object.assign(ctx, { status: 205, body: 'text' }),
  'no content in json': (ctx) => Object.assign(ctx, { status: 204, body: { a: 1 } }),
  'an answer of its own': (ctx) => {
    Object.assign(ctx, { respond: false, body: 'not this' })
    setImmediate(() => setImmediate(() => ctx.res.end('but this')))
  },
  'an answer that was sent': (ctx) => {
    Object.assign(ctx, { body: 'not this' })
    ctx.res.end('but this')
  },
  'an error': () => {
    throw new TypeError('of the host')
  },
  'an error that is told': (ctx) => ctx.throw(418, 'teapot'),
}

async function seen(response: Response) {
  const headers = [...response.headers].filter(([name]) => name !== 'date')
  return { status: response.status, headers, body: await response.text() }
}

describe('the listener of a provider answers as that of its Koa application does', () => {
  let asked = 0
  const errors: string[] = []
  const origins: string[] = []

  async function serve(asGiven: (provider: Provider) => ReturnType<Provider['callback']>) {
    const provider = new Provider('http://op.example.com', { jwks: KEYS, logger: SILENT })
    provider.use((ctx, next) => {
      const answer = ANSWERS[decodeURIComponent(ctx.path.slice(1))]
      if (answer === undefined) return next()
      asked += 1
      return answer(ctx)
    })
    provider.app.on('error', ({ name }: Error) => errors.push(name))
    const listener = asGiven(provider)
    const { origin } = await startServer((req, res) => void listener(req, res))
    origins.push(origin)
  }

  before(async () => {
    await serve((provider) => provider.callback())
    await serve((provider) => provider.app.callback())
  })
  after(stopServers)

  for (const method of ['GET', 'HEAD', 'POST']) {
    for (const name of Object.keys(ANSWERS)) {
      it(`${method} ${name}`, async () => {
        const answers: unknown[] = []
        asked = 0
        for (const origin of origins) {
          errors.length = 0
          const response = await fetch(`${origin}/${encodeURIComponent(name)}`, { method })
          answers.push({ ...(await seen(response)), errors: [...errors] })
        }

        expect(answers[0]).to.deep.equal(answers[1])
        expect(asked).to.equal(2)
      })
    }
  }

  it('and tells the context of its request where the application keeps it', async () => {
    const provider = new Provider('http://op.example.com', { jwks: KEYS, logger: SILENT })
    const paths: unknown[] = []
    Reflect.set(provider.app, 'ctxStorage', new AsyncLocalStorage())
    provider.use(async (ctx, next) => {
      await next()
      paths.push(provider.app.currentContext?.path, ctx.path)
    })
    const listener = provider.callback()
    const { origin } = await startServer((req, res) => void listener(req, res))
    await fetch(`${origin}/jwks`)

    expect(paths).to.deep.equal(['/jwks', '/jwks'])
  })
})
