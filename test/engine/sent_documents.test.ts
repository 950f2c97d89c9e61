import { tracingChannel } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { expect } from 'chai'
import sinon from 'sinon'
import { developmentKeys } from '../../lib/helpers/jose/development_keys.ts'
import Provider from '../../lib/index.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import { rawRequest } from '../support/raw_request.ts'

const ISSUER = 'http://op.example.com'
const DISCOVERY = '/.well-known/openid-configuration'
const DOCUMENTS = [DISCOVERY, '/.well-known/oauth-authorization-server', '/jwks']
const KEYS = developmentKeys()
const SILENT = { info() {}, warn() {}, error() {} }

const json = async (response: Response): Promise<Record<string, unknown>> => Object(await response.json())

type InFront = (req: IncomingMessage, res: ServerResponse) => void

describe('a document that was sent before (RFC 8414 §3, RFC 7517 §5)', () => {
  afterEach(stopServers)

  /** @param inFront what a host does before the provider gets a request */
  async function start(inFront: InFront = () => {}) {
    const provider = new Provider(ISSUER, { jwks: KEYS, logger: SILENT })
    const answer = provider.callback()
    const { origin } = await startServer((req, res) => {
      inFront(req, res)
      void answer(req, res)
    })
    const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      fetch(`${origin}${path}`, { headers, method })
    return { provider, origin, ask }
  }

  const membersOf = ({ status, statusText, headers }: Response) => ({
    status,
    statusText,
    headers: [...headers].filter(([name]) => name !== 'date'),
  })

  for (const path of DOCUMENTS) {
    it(`${path} is sent again as it was, but for the date`, async () => {
      const { ask } = await start()
      const [first, second] = [await ask(path), await ask(path)]

      expect(membersOf(second)).to.deep.equal(membersOf(first))
      expect(await second.text()).to.equal(await first.text())
      expect(second.headers.get('date')).to.be.a('string')
    })

    it(`${path} is sent again without anything being run`, async () => {
      const { ask, provider } = await start()
      const contexts = sinon.spy(provider.app, 'createContext')
      const counts = []
      for (const query of ['', '', '?a=1', '?a=1', '']) {
        await ask(`${path}${query}`)
        counts.push(contexts.callCount)
      }

      expect(counts).to.deep.equal([1, 1, 2, 3, 3])
    })

    it(`${path} is not sent to who has it (RFC 9110 §13.1.2, §9.3.2)`, async () => {
      const { ask, origin } = await start()
      await ask(path)
      const { headers } = await ask(path)
      const raw = (method: string, condition: string) =>
        rawRequest(origin, `${method} ${path} HTTP/1.1\nHost: HOST\nConnection: close\n${condition}\n`)

      const known = await raw('GET', `If-None-Match: ${headers.get('etag')}\n`)
      const other = await raw('GET', 'If-None-Match: "another"\n')
      const head = await raw('HEAD', '')

      expect([known.status, other.status, head.status]).to.deep.equal([304, 200, 200])
      expect([known.body, head.body]).to.deep.equal(['', ''])
      expect(head.lines.join('\n').toLowerCase()).to.include(
        `content-length: ${headers.get('content-length')}`,
      )
    })
  }

  it('is not sent by another method (RFC 9110 §15.5.6)', async () => {
    const { ask } = await start()
    await ask('/jwks')

    expect((await ask('/jwks', {}, 'POST')).status).to.equal(405)
  })

  it('is not sent to who names no host (RFC 9112 §3.2)', async () => {
    const { ask, origin } = await start()
    await ask('/jwks')

    const { status } = await rawRequest(origin, 'GET /jwks HTTP/1.1\nHost: a b\nConnection: close\n\n')

    expect(status).to.equal(400)
  })

  it('is as the provider is now: grant types and response modes that come later are in it (RFC 8414 §2)', async () => {
    const { ask, provider } = await start()
    await ask(DISCOVERY)
    await ask(DISCOVERY)

    provider.registerGrantType('urn:example:grant', () => {})
    const withGrant = await json(await ask(DISCOVERY))
    await ask(DISCOVERY)
    provider.registerResponseMode('urn:example:mode', () => {})
    const withMode = await json(await ask(DISCOVERY))

    expect(withGrant['grant_types_supported']).to.include('urn:example:grant')
    expect(withMode['response_modes_supported']).to.include('urn:example:mode')
  })

  it('is seen and changed by middleware that comes later, in front and behind', async () => {
    const { ask, provider } = await start()
    const original = await json(await ask(DISCOVERY))
    await ask(DISCOVERY)

    provider.use(async (ctx, next) => {
      await next()
      Object.assign(Object(ctx.body), { front: 1 })
    })
    const changed = await json(await ask(DISCOVERY))
    provider.app.use((ctx, next) => {
      Object.assign(Object(ctx.body), { behind: 1 })
      return next()
    })
    const changedAgain = await json(await ask(DISCOVERY))

    expect(changed).to.deep.equal({ ...original, front: 1 })
    expect(changedAgain).to.deep.equal({ ...original, front: 1, behind: 1 })
  })

  it('leaves a header of a host to the answer that the host gave it to', async () => {
    const { ask } = await start((req, res) => {
      if (req.headers['x-say'] !== undefined) res.setHeader('x-host', String(req.headers['x-say']))
    })
    await ask('/jwks', { 'x-say': 'first' })

    const answers = [await ask('/jwks'), await ask('/jwks', { 'x-say': 'second' }), await ask('/jwks')]

    expect(answers.map(({ headers }) => headers.get('x-host'))).to.deep.equal([null, 'second', null])
  })

  it('leaves to that answer who may read it, where a host says so (Fetch standard, CORS protocol)', async () => {
    const app = 'https://app.example.com'
    const { ask } = await start((req, res) => {
      if (req.headers['x-say'] !== undefined) res.setHeader('access-control-allow-origin', app)
    })
    const answers = []
    for (const headers of [{ 'x-say': '1' }, {}, { 'x-say': '2' }, {}])
      answers.push((await ask(DISCOVERY, headers)).headers.get('access-control-allow-origin'))

    expect(answers).to.deep.equal([app, '*', app, '*'])
  })

  it('is read by whom a host lets read it, each time (Fetch standard, CORS protocol)', async () => {
    let allowed = 'https://one.example.com'
    const { ask } = await start((_req, res) => res.setHeader('access-control-allow-origin', allowed))
    await ask('/jwks')
    allowed = 'https://two.example.com'

    expect((await ask('/jwks')).headers.get('access-control-allow-origin')).to.equal(allowed)
  })

  const MOUNTS: Record<string, (url: string) => object> = {
    originalUrl: (url) => ({ originalUrl: url }),
    baseUrl: () => ({ baseUrl: '/here' }),
  }
  for (const [member, toldBy] of Object.entries(MOUNTS)) {
    it(`names the places of the mount that it is asked of, told by ${member}`, async () => {
      const { ask } = await start((req) => {
        const { url = '' } = req
        if (!url.startsWith('/here/')) return
        Object.assign(req, toldBy(url))
        req.url = url.slice('/here'.length)
      })
      const uris = []
      for (const path of [`/here${DISCOVERY}`, DISCOVERY, `/here${DISCOVERY}`, DISCOVERY])
        uris.push((await json(await ask(path)))['jwks_uri'])

      const [here, root] = [`${ISSUER}/here/jwks`, `${ISSUER}/jwks`]
      expect(uris).to.deep.equal([here, root, here, root])
    })
  }

  it('is a request like any other to who watches requests', async () => {
    const { ask } = await start()
    await ask('/jwks')
    const seen: unknown[] = []
    const { asyncEnd } = tracingChannel('openid-provider:request')
    const note = (message: unknown) => void seen.push(Object(message)['route'])
    asyncEnd.subscribe(note)
    await ask('/jwks')
    asyncEnd.unsubscribe(note)

    expect(seen).to.deep.equal(['jwks'])
  })

  it('that has begun to be answered by a host is left alone', async () => {
    const { ask } = await start((req, res) => {
      if (req.headers['x-answer'] !== undefined) res.writeHead(200).end('by the host')
    })
    await ask('/jwks')

    const answer = await ask('/jwks', { 'x-answer': '1' })

    expect(await answer.text()).to.equal('by the host')
    expect((await ask('/jwks')).status).to.equal(200)
  })
})
