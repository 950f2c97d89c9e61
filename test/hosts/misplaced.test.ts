import { once } from 'node:events'
import type { Server } from 'node:http'
import { expect } from 'chai'
import express from 'express'
import Koa from 'koa'
import mount from 'koa-mount'
import { type Configuration, Provider } from '../../lib/index.ts'

const METADATA = '/.well-known/openid-configuration'
const ELSEWHERE = 'mounted under another path than that of its issuer'
const AT_THE_ROOT = 'the provider is mounted at the root'

describe('A026 a provider that is not where its issuer says (OpenID Connect Discovery 1.0 §4.1)', () => {
  const servers: Server[] = []
  let said: string[] = []
  beforeEach(() => {
    said = []
  })
  afterEach(() => {
    for (const server of servers.splice(0)) server.close()
  })

  function make(issuer: string, more: Configuration = {}): Provider {
    const logger = { info: () => undefined, warn: (text: string) => said.push(text), error: () => undefined }
    const provider = new Provider(issuer, { ...more, logger })
    said = []
    return provider
  }

  async function ask(host: { listen(port: number): Server }, ...paths: readonly string[]): Promise<number[]> {
    const server = host.listen(0)
    servers.push(server)
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const statuses: number[] = []
    for (const path of paths) {
      const { status } = await fetch(`http://localhost:${port}${path}`, { headers: { connection: 'close' } })
      statuses.push(status)
    }
    return statuses
  }

  it('tells, once, that the issuer lacks the path it is mounted at in express', async () => {
    const provider = make('http://localhost:3000')

    const statuses = await ask(
      express().use('/oidc', provider.callback()),
      `/oidc${METADATA}`,
      `/OIDC${METADATA}`,
    )

    expect(statuses).to.deep.equal([200, 200])
    expect(said).to.have.lengthOf(1)
    expect(said[0])
      .to.match(/^NOTICE: /)
      .and.to.include(ELSEWHERE)
  })

  it('tells the same in koa', async () => {
    await ask(new Koa().use(mount('/oidc', make('http://localhost:3000/op').app)), `/oidc${METADATA}`)

    expect(said.join()).to.include(ELSEWHERE)
  })

  it('tells that the issuer has a path, and it is mounted at the root of express', async () => {
    const host = express().use(make('http://localhost:3000/oidc').callback())

    const statuses = await ask(host, `/oidc${METADATA}`, '/oidc/jwks')

    expect(statuses).to.deep.equal([404, 404])
    expect(said).to.have.lengthOf(1)
    expect(said[0])
      .to.match(/^NOTICE: /)
      .and.to.include(AT_THE_ROOT)
  })

  it('tells the same at the root of koa', async () => {
    const host = new Koa().use(mount(make('http://localhost:3000/oidc').app))

    expect(await ask(host, `/oidc${METADATA}`)).to.deep.equal([404])
    expect(said.join()).to.include(AT_THE_ROOT)
  })

  describe('screens that are not there', () => {
    const off = { features: { devInteractions: { enabled: false } } }
    const NO_SCREENS = 'NOTICE: a login goes to /interaction/…, and nothing answers there'

    it('are told of, once, when a browser comes for them', async () => {
      const alone = make('http://localhost:3000', off)

      expect(await ask(alone, '/jwks', '/interaction')).to.deep.equal([200, 404])
      expect(said).to.deep.equal([])
      expect(await ask(alone, '/interaction/abc', '/interaction/def')).to.deep.equal([404, 404])
      expect(said).to.have.lengthOf(1)
      expect(said[0]).to.include(NO_SCREENS)
    })

    it('are none where the host has them behind the provider, or says that they are elsewhere', async () => {
      const behind = express()
        .use(make('http://localhost:3000', off).callback())
        .get('/interaction/:uid', (_req, res) => void res.send('the login'))
      const elsewhere = make('http://localhost:3000', { ...off, interactions: { url: () => '/login' } })

      expect(await ask(behind, '/interaction/abc')).to.deep.equal([200])
      expect(await ask(elsewhere, '/interaction/abc')).to.deep.equal([404])
      expect(said).to.deep.equal([])
    })
  })

  it('says nothing where the host leads there from where the document belongs', async () => {
    const host = express()
    host.get(METADATA, (req, _res, next) => {
      req.url = `/oidc${METADATA}`
      next()
    })
    host.use('/oidc', make('http://localhost:3000').callback())

    expect(await ask(host, METADATA)).to.deep.equal([200])
    expect(said).to.deep.equal([])
  })

  it('says nothing of a proxy that takes the path off, of paths of others, and where all is well', async () => {
    const behind = express().use(make('http://localhost:3000/oidc').callback())
    const mounted = express().use('/oidc', make('http://localhost:3000/oidc').callback())
    const alone = make('http://localhost:3000/oidc')

    await ask(behind, METADATA, '/oidc', '/oidc/orders', '/oidcs/jwks')
    await ask(mounted, `/oidc${METADATA}`, '/oidc/oidc/jwks', '/jwks')
    await ask(alone, `/oidc${METADATA}`, '/oidc/orders')

    expect(said).to.deep.equal([])
  })
})
