import { expect } from 'chai'
import Provider from '../../../lib/index.ts'
import type { WebfingerOptions, WebfingerResource } from '../../../types/features/webfinger.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

const REL = 'http://openid.net/specs/connect/1.0/issuer'
const ISSUER = 'https://op.example.com:8443/tenant'

async function start(options: WebfingerOptions = {}, issuer = ISSUER) {
  const op = await startProvider(
    { features: { webfinger: { enabled: true, ...options } } },
    { issuer, mountPath: '' },
  )
  const ask = (query: string | Record<string, string>, headers: Record<string, string> = {}) =>
    op.agent().get(`${op.origin}/.well-known/webfinger?${new URLSearchParams(query)}`, headers)
  return { op, ask }
}

describe('WebFinger (RFC 7033, OpenID Connect Discovery 1.0 §2)', () => {
  afterEach(stopProviders)

  it('is not there while it is off', async () => {
    const op = await startProvider({}, { mountPath: '' })

    const response = await op.agent().get(`${op.issuer}/.well-known/webfinger?resource=acct:a@b`)

    expect(response.status).to.equal(404)
    expect(await response.json())
      .to.have.property('error_description')
      .that.includes('unrecognized route')
  })

  for (const hasResource of ['yes', true, 5]) {
    it(`hasResource cannot be ${JSON.stringify(hasResource)}`, () => {
      const features = { webfinger: Object({ enabled: true, hasResource }) }

      expect(() => new Provider(ISSUER, { features })).to.throw(
        TypeError,
        'features.webfinger.hasResource must be a function',
      )
    })
  }

  describe('what is no resource is 400 (RFC 7033 §4.2)', () => {
    for (const [what, query] of [
      ['nothing', ''],
      ['an empty one', 'resource='],
      ['two of them', 'resource=acct:a@op.example.com&resource=acct:b@op.example.com'],
      ['no URI', 'resource=ann'],
      ['an address without scheme', 'resource=ann@op.example.com'],
      ['a path', 'resource=/ann'],
      ['blanks', 'resource=acct:ann+b@op.example.com'],
      ['markup', 'resource=https://op.example.com/%3Cscript%3E'],
      ['a percent sign that encodes nothing', 'resource=acct:%25zz@op.example.com'],
      ['an account without user (RFC 7565 §7)', 'resource=acct:@op.example.com'],
      ['an account without host (RFC 7565 §7)', 'resource=acct:ann@'],
      ['an account with two hosts (RFC 7565 §7)', 'resource=acct:ann@evil.example@op.example.com'],
      ['an account with a path (RFC 7565 §7)', 'resource=acct:ann@op.example.com/x'],
      ['a URL without host', 'resource=https://'],
      ['a URL with a port that is none', 'resource=https://op.example.com:99999/'],
    ] as const) {
      it(what, async () => {
        const { op, ask } = await start()
        const told = op.nextError('webfinger.error')

        const response = await ask(query)

        expect(response.status).to.equal(400)
        expect(await response.json()).to.include({ error: 'invalid_request' })
        expect((await told).status).to.equal(400)
      })
    }
  })

  it('who asks about two resources is told so (RFC 7033 §4.1)', async () => {
    const { ask } = await start()

    const response = await ask('resource=https://op.example.com&resource=https://op.example.com')

    expect(await response.json()).to.include({
      error_description: "'resource' parameter must not be sent more than once",
    })
  })

  describe('whatever is not of this host is 404 (RFC 7033 §4.2)', () => {
    for (const resource of [
      'acct:ann@example.com',
      'acct:ann@op.example.com:9999',
      'acct:ann@op.example.com.evil.example',
      'https://op.example.com/ann',
      'https://evil.example/op.example.com:8443',
      'https://op.example.com:8443@evil.example/',
      'http://op.example.com:8443/ann',
      'mailto:ann@op.example.com',
      'urn:op.example.com:8443',
    ]) {
      it(resource, async () => {
        const { op, ask } = await start()
        const told = op.nextError('webfinger.error')

        const response = await ask({ resource })

        expect(response.status).to.equal(404)
        expect(response.headers.get('access-control-allow-origin')).to.equal('*')
        expect((await told).status).to.equal(404)
      })
    }
  })

  describe('the issuer is named (OpenID Connect Discovery 1.0 §2)', () => {
    for (const resource of [
      'acct:ann@op.example.com',
      'acct:ann@op.example.com:8443',
      'ACCT:ann@OP.example.com',
      'acct:ann%40example.org@op.example.com',
      'https://op.example.com:8443',
      'https://op.example.com:8443/ann?x=y#z',
    ]) {
      it(`for ${resource}`, async () => {
        const { ask } = await start()

        const response = await ask({ resource, rel: REL })

        expect(response.status).to.equal(200)
        expect(response.headers.get('content-type')).to.equal('application/jrd+json')
        expect(response.headers.get('access-control-allow-origin')).to.equal('*')
        expect(await response.json()).to.deep.equal({
          subject: resource,
          links: [{ rel: REL, href: ISSUER }],
        })
      })
    }

    it('the same for every account, whether there is one or not', async () => {
      const { ask } = await start()

      const answers = await Promise.all(
        ['alice', 'nobody'].map(async (name) =>
          (await (await ask({ resource: `acct:${name}@op.example.com` })).text()).replace(name, ''),
        ),
      )

      expect(answers[0]).to.equal(answers[1])
    })

    it('HEAD is answered like GET, other methods are 405 (RFC 9110 §9.3.2, §15.5.6)', async () => {
      const { op } = await start()
      const url = `${op.origin}/.well-known/webfinger?resource=acct:ann@op.example.com`
      const agent = op.agent()

      expect((await agent.request(url, { method: 'HEAD' })).status).to.equal(200)
      expect((await agent.request(url, { method: 'POST' })).status).to.equal(405)
    })

    it('other origins may ask, whatever headers they send (RFC 7033 §5)', async () => {
      const { op } = await start()

      const response = await op.agent().request(`${op.origin}/.well-known/webfinger`, {
        method: 'OPTIONS',
        headers: { origin: 'https://rp.example.com', 'access-control-request-method': 'GET' },
      })

      expect([response.status, response.headers.get('access-control-allow-origin')]).to.deep.equal([204, '*'])
    })

    it('a host that mounts the provider forwards the path, as for other documents (RFC 7033 §4)', async () => {
      const op = await startProvider(
        { features: { webfinger: { enabled: true } } },
        {
          mountPath: '/tenant',
          issuer: ISSUER,
          host: (provider, mountPath) => {
            const handle = provider.callback()
            return (req, res) => {
              if (req.url?.startsWith('/.well-known/webfinger')) return void handle(req, res)
              req.url = req.url?.replace(mountPath, '')
              handle(req, res)
            }
          },
        },
      )

      for (const path of ['', '/tenant']) {
        const url = `${op.origin}${path}/.well-known/webfinger?resource=acct:ann@op.example.com`
        const { links } = Object(await (await op.agent().get(url)).json())
        expect(links, path).to.deep.equal([{ rel: REL, href: ISSUER }])
      }
    })
  })

  describe('rel (RFC 7033 §4.3)', () => {
    for (const [what, query, links] of [
      ['another one finds nothing', 'rel=http://webfinger.net/rel/avatar', 0],
      ['one of several is enough', `rel=http://webfinger.net/rel/avatar&rel=${REL}`, 1],
      ['none asks for all', '', 1],
    ] as const) {
      it(what, async () => {
        const { ask } = await start()

        const response = await ask(`resource=acct:ann@op.example.com&${query}`)

        expect(response.status).to.equal(200)
        expect(Object(await response.json()).links).to.have.length(links)
      })
    }
  })

  describe('hasResource', () => {
    it('is given scheme and host apart, and decides', async () => {
      const asked: WebfingerResource[] = []
      const { ask } = await start({
        hasResource: async (ctx, resource) => {
          asked.push(resource)
          return ctx.oidc.route === 'webfinger' && resource.host === 'example.com'
        },
      })

      const statuses = []
      for (const resource of ['acct:Ann@Example.com', 'https://op.example.com:8443/', 'urn:isbn:1'])
        statuses.push((await ask({ resource })).status)

      expect(statuses).to.deep.equal([200, 404, 404])
      expect(asked).to.deep.equal([
        { uri: 'acct:Ann@Example.com', scheme: 'acct', host: 'example.com' },
        { uri: 'https://op.example.com:8443/', scheme: 'https', host: 'op.example.com:8443' },
        { uri: 'urn:isbn:1', scheme: 'urn', host: '' },
      ])
    })

    it('anything but true means no', async () => {
      const { ask } = await start({ hasResource: Object(() => 'yes') })

      expect((await ask({ resource: 'acct:ann@op.example.com' })).status).to.equal(404)
    })

    it('a failure of it is ours', async () => {
      const { op, ask } = await start({ hasResource: () => Promise.reject(new Error('no directory')) })

      expect((await ask({ resource: 'acct:ann@op.example.com' })).status).to.equal(500)
      expect(String(op.serverErrors)).to.include('no directory')
    })
  })
})
