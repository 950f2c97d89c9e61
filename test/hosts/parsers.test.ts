import 'reflect-metadata'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'
import { expect } from 'chai'
import express from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import Koa from 'koa'
import koaBody from 'koa-body'
import koaBodyparser from 'koa-bodyparser'
import mount from 'koa-mount'
import serverless from 'serverless-http'
import type { Provider } from '../../lib/provider.ts'
import { REDIRECT_URI, startProvider, stopProviders } from '../support/start_provider.ts'

type Made = (provider: Provider) => RequestListener

/** Reads a body and leaves what `keep` makes of it on Node's request. */
const reading =
  (keep: (bytes: Buffer) => object): Made =>
  (provider) =>
  async (req: IncomingMessage, res: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    Object.assign(req, keep(Buffer.concat(chunks)))
    await provider.callback()(req, res)
  }

/** What a platform hands over: a request whose stream ends at once, and the body beside it. */
const beside: Made = (provider) => (req: IncomingMessage, res: ServerResponse) => {
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => chunks.push(chunk))
  req.on('end', () => {
    const handed = Object.create(req, { readableDidRead: { value: false }, readable: { value: false } })
    Object.assign(handed, { body: Buffer.concat(chunks) })
    provider.callback()(handed, res)
  })
}

const inExpress =
  (parser: express.RequestHandler): Made =>
  (provider) =>
    express().use(parser).use(provider.callback())
const inExpress4 =
  (parser: express4.RequestHandler): Made =>
  (provider) =>
    express4().use(parser).use(provider.callback())
const inKoa =
  (parser: Koa.Middleware): Made =>
  (provider) =>
    new Koa().use(parser).use(mount(provider.app)).callback()

/** Runs every request through a function as a platform would call it. */
const inServerless: Made = (provider) => {
  const run = serverless(new Koa().use(mount(provider.app)), { provider: 'aws' })
  return async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const url = new URL(req.url ?? '/', 'http://host')
    const answer: unknown = await run(
      {
        version: '2.0',
        rawPath: url.pathname,
        rawQueryString: url.search.slice(1),
        headers: req.headers,
        cookies: req.headers.cookie === undefined ? [] : [req.headers.cookie],
        body: Buffer.concat(chunks).toString(),
        isBase64Encoded: false,
        requestContext: { http: { method: req.method, path: url.pathname, sourceIp: '127.0.0.1' } },
      },
      {},
    )
    const { statusCode, headers, cookies, body } = Object(answer)
    res.statusCode = statusCode
    for (const [name, value] of Object.entries<string>(headers ?? {})) res.setHeader(name, value)
    if (Array.isArray(cookies)) res.setHeader('set-cookie', cookies)
    res.end(body)
  }
}

const inFastify: Made = (provider) => {
  const app = fastify()
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_req, text, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(text)))),
  )
  app.all('/*', (request, reply) => {
    reply.hijack()
    provider.callback()(Object.assign(request.raw, { body: request.body }), reply.raw)
  })
  const ready = app.ready()
  return async (req, res) => {
    await ready
    app.routing(req, res)
  }
}

class Root {}
Module({})(Root)

async function nestApplication(provider: Provider, parses: boolean): Promise<RequestListener> {
  const server = express()
  const options = { logger: false, rawBody: parses, bodyParser: parses } as const
  const app = await NestFactory.create<NestExpressApplication>(Root, new ExpressAdapter(server), options)
  if (parses) {
    app.useBodyParser('json')
    app.useBodyParser('urlencoded', { extended: true })
  }
  app.use(provider.callback())
  await app.init()
  return server
}

const inNest =
  (parses: boolean): Made =>
  (provider) => {
    const started = nestApplication(provider, parses)
    return async (req, res) => (await started)(req, res)
  }

const form = (bytes: Buffer) => Object.fromEntries(new URLSearchParams(bytes.toString()))

const HOSTS: readonly (readonly [string, Made])[] = [
  ['express 5 with json()', inExpress(express.json())],
  ['express 5 with urlencoded()', inExpress(express.urlencoded({ extended: true }))],
  ['express 5 with text() for everything', inExpress(express.text({ type: '*/*' }))],
  ['express 5 with raw() for everything', inExpress(express.raw({ type: '*/*' }))],
  ['express 4 with json()', inExpress4(express4.json())],
  ['express 4 with urlencoded()', inExpress4(express4.urlencoded({ extended: false }))],
  ['express 4 with text() for everything', inExpress4(express4.text({ type: '*/*' }))],
  ['express 4 with raw() for everything', inExpress4(express4.raw({ type: '*/*' }))],
  ['koa-bodyparser', inKoa(koaBodyparser())],
  ['koa-bodyparser for JSON only', inKoa(koaBodyparser({ enableTypes: ['json'] }))],
  ['koa-body', inKoa(koaBody())],
  ['koa-body that leaves it on the node request', inKoa(koaBody({ patchNode: true, patchKoa: false }))],
  ['serverless-http', inServerless],
  ['fastify', inFastify],
  ['nest with its parsers', inNest(true)],
  ['nest without parsers', inNest(false)],
  ['rawBody beside an object that knows nothing', reading((bytes) => ({ rawBody: bytes, body: {} }))],
  ['a Buffer on req.body', reading((bytes) => ({ body: bytes }))],
  ['a string on req.body', reading((bytes) => ({ body: bytes.toString() }))],
  ['a body handed over beside an empty stream', beside],
]

describe('a parser in front of the provider (RFC 6749 §4.1.3, RFC 7591 §3.1)', () => {
  afterEach(stopProviders)

  const start = (host: Made) =>
    startProvider({ features: { registration: { enabled: true } } }, { host, mountPath: '' })

  for (const [title, host] of HOSTS) {
    it(`A031: a code is exchanged behind ${title}`, async () => {
      const op = await start(host)

      const { status, body } = await op.login()

      expect(status, JSON.stringify(body)).to.equal(200)
    })
  }

  for (const [title, host] of HOSTS) {
    it(`a client registers behind ${title}`, async () => {
      const op = await start(host)

      const metadata = JSON.stringify({ redirect_uris: [REDIRECT_URI] })
      const { status, body } = await op.post('registration', metadata, { 'content-type': 'application/json' })

      expect(status, JSON.stringify(body)).to.equal(201)
    })
  }
})

describe('A031: what a parser in front has made of a form', () => {
  afterEach(stopProviders)

  const start = (keep: (bytes: Buffer) => object) => startProvider({}, { host: reading(keep), mountPath: '' })
  const parsedAs = (fields: object) => start((bytes) => ({ body: { ...form(bytes), ...fields } }))
  const GRANT = { grant_type: 'authorization_code', code_verifier: 'x'.repeat(43) }

  for (const [what, code] of [
    ['an array of two', ['a', 'b']],
    ['an array of one', ['a']],
    ['an object', { a: 'b' }],
    ['a number', 1],
  ] as const) {
    it(`A7: ${what} for a parameter that is single is refused (RFC 6749 §3.2)`, async () => {
      const op = await parsedAs({ code })

      const { status, body } = await op.token(GRANT)

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_request')
      expect(body['error_description']).to.include("'code'")
    })
  }

  it('H17: a form is not taken for JSON because a parser for JSON ran (RFC 7591 §3.1)', async () => {
    const op = await startProvider(
      { features: { registration: { enabled: true } } },
      { host: inExpress(express.urlencoded({ extended: true })), mountPath: '' },
    )

    const { status, body } = await op.post('registration', `redirect_uris[]=${REDIRECT_URI}`)

    expect(status).to.equal(400)
    expect(body['error']).to.equal('invalid_request')
  })

  const LONG = 'x'.repeat(60 * 1024)
  for (const [what, keep] of [
    ['bytes', (bytes: Buffer) => ({ body: bytes })],
    ['text', (bytes: Buffer) => ({ body: bytes.toString() })],
    ['an object', (bytes: Buffer) => ({ body: form(bytes) })],
  ] as const) {
    it(`H11: ${what} beyond the limit are refused`, async () => {
      const op = await start(keep)

      expect((await op.token({ ...GRANT, state: LONG })).status).to.equal(413)
    })
  }

  it('names the middleware that keeps nothing of a body in the server_error event', async () => {
    const op = await start(() => ({}))

    const { status, body } = await op.token(GRANT)

    expect(status).to.equal(500)
    expect(body).to.have.property('error', 'server_error')
    expect(String(op.serverErrors[0])).to.include('in front of the provider has read the request body')
  })
})
