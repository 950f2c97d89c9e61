import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect } from 'chai'
import Koa, { type Context } from 'koa'
import mount from 'koa-mount'
import { rawRequest } from '../support/raw_request.ts'
import { type RunningProvider, startProvider, stopProviders } from '../support/start_provider.ts'

const DISCOVERY = '/.well-known/openid-configuration'
const DOCUMENTS = [DISCOVERY, '/.well-known/oauth-authorization-server', '/jwks']

const json = async (response: Response): Promise<Record<string, unknown>> => Object(await response.json())

/** Runs for the request it is told to, and for no other. */
function onceBehind(op: RunningProvider, change: (ctx: Context) => void): () => void {
  let armed = false
  op.provider.app.use(async (ctx, next) => {
    if (armed) change(ctx)
    armed = false
    await next()
  })
  return () => {
    armed = true
  }
}

describe('documents behind middleware of the host (OpenID Connect Discovery 1.0 §4, RFC 8414 §3)', () => {
  afterEach(stopProviders)

  for (const path of DOCUMENTS) {
    it(`${path} is an object that middleware may replace, for that answer only`, async () => {
      const op = await startProvider()
      const original = await json(await op.agent().get(path))
      const arm = onceBehind(op, (ctx) => {
        ctx.body = { ...Object(ctx.body), custom: 1 }
      })

      arm()
      const changed = await op.agent().get(path)

      expect(changed.headers.get('content-type')).to.match(/json/)
      expect(await json(changed)).to.deep.equal({ ...original, custom: 1 })
      expect(await json(await op.agent().get(path))).to.deep.equal(original)
    })

    it(`${path} is an object that middleware may change in place, for that answer only`, async () => {
      const op = await startProvider()
      const original = await json(await op.agent().get(path))
      const arm = onceBehind(op, (ctx) => {
        for (const value of Object.values(Object(ctx.body))) if (Array.isArray(value)) value.length = 0
        Object(ctx.body)['custom'] = 1
      })

      arm()
      const changed = await json(await op.agent().get(path))

      expect(changed['custom']).to.equal(1)
      expect(changed).to.not.deep.equal({ ...original, custom: 1 })
      expect(await json(await op.agent().get(path))).to.deep.equal(original)
    })
  }

  it('middleware in front sees an object on the way back', async () => {
    const op = await startProvider(
      {},
      {
        use: [
          async (ctx, next) => {
            await next()
            ctx.body = { ...Object(ctx.body), custom: 1 }
          },
        ],
      },
    )

    const body = await json(await op.agent().get(DISCOVERY))

    expect(body).to.include({ issuer: op.issuer, custom: 1 })
  })

  it('middleware of an application that the provider is mounted in sees an object', async () => {
    const { provider, issuer } = await startProvider()
    const outer = new Koa()
    outer.use(async (ctx, next) => {
      await next()
      ctx.body.custom = 1
    })
    outer.use(mount('/', provider.app))
    const server = createServer(outer.callback()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0

    const body = await json(await fetch(`http://127.0.0.1:${port}${DISCOVERY}`))
    server.closeAllConnections()
    server.close()

    expect(body).to.include({ issuer, custom: 1 })
  })

  it('the validator is that of the answer, so a change is not hidden by a 304 (RFC 9110 §13.1.2)', async () => {
    const op = await startProvider()
    const before = (await op.agent().get(DISCOVERY)).headers.get('etag') ?? ''
    const ask = (etag: string) =>
      rawRequest(
        op.origin,
        `GET ${new URL(op.issuer).pathname.replace(/\/$/, '')}${DISCOVERY} HTTP/1.1
Host: HOST
Connection: close
If-None-Match: ${etag}

`,
      )
    expect((await ask(before)).status).to.equal(304)
    op.provider.app.use(async (ctx, next) => {
      ctx.body = { ...Object(ctx.body), custom: 1 }
      await next()
    })

    const changed = await ask(before)

    expect(changed.status).to.equal(200)
    const etag = (await op.agent().get(DISCOVERY)).headers.get('etag') ?? ''
    expect((await ask(etag)).status).to.equal(304)
  })

  it('is serialized once when nobody touches it', async () => {
    const op = await startProvider({}, { use: [(_ctx, next) => next()] })
    await op.agent().get('/jwks')
    const { stringify } = JSON
    let serialized = 0
    JSON.stringify = new Proxy(stringify, {
      apply(target, self, args) {
        if (Object.hasOwn(Object(args[0]), 'keys')) serialized += 1
        return Reflect.apply(target, self, args)
      },
    })
    try {
      await op.agent().get('/jwks')
      await op.agent().get('/jwks')
    } finally {
      JSON.stringify = stringify
    }

    expect(serialized).to.equal(0)
  })
})
