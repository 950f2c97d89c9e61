import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer } from 'node:https'
import { expect } from 'chai'
import { custom, errors, type HttpRequestOptions, Issuer } from '../../lib/relying_party/index.ts'
import { normalizeIdentifier } from '../../lib/relying_party/webfinger.ts'
import { failureOf } from '../support/failure_of.ts'
import { startFakeIssuer } from '../support/fake_issuer.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'

const { OPError, RPError } = errors

const json = (value: unknown) => JSON.stringify(value)

describe('the Issuer of the relying party', () => {
  afterEach(async () => {
    delete Issuer[custom.http_options]
    await stopServers()
    await stopProviders()
  })

  describe('discovery (OpenID Connect Discovery 1.0 §4, RFC 8414 §3)', () => {
    const serving = (documents: (origin: string) => Record<string, object>) =>
      startServer((req, res) => {
        const found = documents(`http://${req.headers.host}`)[req.url ?? '']
        if (found === undefined) res.writeHead(404).end()
        else res.writeHead(200, { 'content-type': 'application/json' }).end(json(found))
      })

    it('F367 F365 finds the provider, with or without the slash, and by the URL of the document', async () => {
      const op = await startProvider()
      for (const given of [op.issuer, `${op.issuer}/`, `${op.issuer}/.well-known/openid-configuration`]) {
        const issuer = await Issuer.discover(given)
        expect(issuer.metadata).to.include({ issuer: op.issuer, jwks_uri: `${op.issuer}/jwks` })
        expect(issuer['issuer']).to.equal(op.issuer)
      }
    })

    it('F367 asks both places, and takes the one that is there (RFC 8414 §3.1)', async () => {
      const server = await serving((origin) => ({
        '/.well-known/oauth-authorization-server/tenant': { issuer: `${origin}/tenant` },
      }))
      const issuer = await Issuer.discover(`${server.origin}/tenant`)
      expect(issuer.metadata.issuer).to.equal(`${server.origin}/tenant`)
      expect(server.requests.map(({ url }) => url)).to.have.members([
        '/tenant/.well-known/openid-configuration',
        '/.well-known/oauth-authorization-server/tenant',
      ])
    })

    it('F367 asks only what it is given where that is a document', async () => {
      const server = await serving((origin) => ({
        '/.well-known/oauth-authorization-server': { issuer: origin },
      }))
      await Issuer.discover(`${server.origin}/.well-known/oauth-authorization-server`)
      expect(server.requests).to.have.length(1)
    })

    it('refuses metadata of another issuer: whose keys they name is not whom we asked (RFC 8414 §3.3)', async () => {
      const server = await serving(() => ({
        '/.well-known/openid-configuration': { issuer: 'https://op.example.com' },
      }))
      const error = await failureOf(Issuer.discover(server.origin), RPError)
      expect(error.message).to.match(/issuer mismatch/)
      expect(error.response?.statusCode).to.equal(200)
    })

    it('refuses metadata of the issuer next door on one host (RFC 8414 §3.3)', async () => {
      const server = await serving((origin) => ({
        '/a/.well-known/openid-configuration': { issuer: `${origin}/b` },
      }))
      await failureOf(Issuer.discover(`${server.origin}/a`), RPError)
    })

    it('F397 says what it got: another status, no JSON, no issuer', async () => {
      const server = await startServer((_req, res) => res.writeHead(503).end('down'))
      const error = await failureOf(Issuer.discover(server.origin), OPError)
      expect(error.message).to.equal('expected 200 OK, got: 503 Service Unavailable')
      expect(error.response).to.include({ statusCode: 503, body: 'down' })
      expect(Object.keys(error)).not.to.include('response')
      const other = await serving(() => ({ '/.well-known/openid-configuration': ['issuer'] }))
      await failureOf(Issuer.discover(other.origin), OPError)
    })

    it('refuses what is no URL, and metadata without an issuer', async () => {
      await failureOf(Issuer.discover('op.example.com'), TypeError)
      expect(() => Reflect.construct(Issuer, [{}])).to.throw(TypeError, /issuer/)
    })
  })

  for (const metadata of [{}, { issuer: '' }, { issuer: 5 }]) {
    it(`F364 ${JSON.stringify(metadata)} names no issuer`, () => {
      expect(() => Reflect.construct(Issuer, [metadata])).to.throw(TypeError, 'metadata must have an issuer')
    })
  }

  describe('keys', () => {
    it('F366 are kept, loaded again on demand, and found by what they can do', async () => {
      const op = await startFakeIssuer()
      const issuer = op.issuer()
      const store = await issuer.keystore()
      await issuer.keystore()
      expect(op.count('/jwks')).to.equal(1)
      await issuer.keystore(true)
      expect(op.count('/jwks')).to.equal(2)
      expect([
        store.size,
        store.all({ alg: 'RS256' }).length,
        store.all({ alg: 'ES256' }).length,
      ]).to.deep.equal([1, 1, 0])
      expect(store.get({ kid: 'one' })?.keyObject.type).to.equal('public')
      expect([store.all({ use: 'sig' }).length, store.all({ use: 'enc' }).length]).to.deep.equal([1, 0])
      expect(store.get({ kid: 'two' })).to.equal(undefined)
      expect(store.toJWKS().keys.map(({ kid }) => kid)).to.deep.equal(['one'])
      expect([...store].map(({ kty, use }) => [kty, use])).to.deep.equal([['RSA', 'sig']])
    })

    it('F366 private and short keys are no keys of an issuer (RFC 8725 §3.5)', async () => {
      const op = await startFakeIssuer()
      op.keys = [{ kty: 'oct', k: 'c2VjcmV0', kid: 'one' }]
      expect((await failureOf(op.issuer().keystore(), RPError)).message).to.match(/keys of the issuer/)
    })

    it('F366 want a jwks_uri', async () => {
      await failureOf(new Issuer({ issuer: 'https://op.example.com' }).keystore(), TypeError)
    })
  })

  describe('endpoints', () => {
    it('an https issuer does not lead to http (RFC 8414 §2)', async () => {
      const issuer = new Issuer({
        issuer: 'https://op.example.com',
        token_endpoint: 'http://op.example.com/token',
      })
      const client = new issuer.Client({ client_id: 'rp', client_secret: 'secret' })
      expect((await failureOf(client.grant({ grant_type: 'password' }), TypeError)).message).to.match(
        /https URL/,
      )
    })

    it('one that the issuer has not is the mistake of the host', async () => {
      const issuer = new Issuer({ issuer: 'https://op.example.com' })
      const client = new issuer.Client({ client_id: 'rp', client_secret: 'secret' })
      expect(() => client.authorizationUrl()).to.throw(
        TypeError,
        'authorization_endpoint must be configured on the issuer',
      )
      await failureOf(client.userinfo('token'), TypeError)
    })
  })

  describe('WebFinger (OpenID Connect Discovery 1.0 §2, RFC 7033)', () => {
    for (const [input, resource, host] of [
      ['joe@example.com', 'acct:joe@example.com', 'example.com'],
      ['acct:joe@example.com', 'acct:joe@example.com', 'example.com'],
      [
        'acct:juliet%40capulet.example@shopping.example.com',
        'acct:juliet%40capulet.example@shopping.example.com',
        'shopping.example.com',
      ],
      ['https://example.com/joe', 'https://example.com/joe', 'example.com'],
      ['https://example.com/joe#fragment', 'https://example.com/joe', 'example.com'],
      ['example.com', 'https://example.com/', 'example.com'],
      ['example.com:8080', 'https://example.com:8080/', 'example.com:8080'],
      ['example.com/joe', 'https://example.com/joe', 'example.com'],
      ['example.com?q=1', 'https://example.com?q=1', 'example.com'],
      ['joe@example.com:8080', 'https://joe@example.com:8080', 'example.com:8080'],
      ['https://example.com:8080/', 'https://example.com:8080/', 'example.com:8080'],
    ] as const) {
      it(`F368 ${input} is asked about at ${host} (§2.1)`, () => {
        expect(normalizeIdentifier(input)).to.deep.equal({ resource, host })
      })
    }
    for (const input of [
      '',
      '=joe',
      '@joe',
      '!joe',
      'acct:joe',
      'acct:joe@',
      'acct:joe@evil/path',
      'ftp://example.com',
      undefined,
    ])
      it(`F368 ${input} is no identifier (§2.1.2)`, () => {
        expect(() => normalizeIdentifier(input)).to.throw(TypeError, /^input must be an e-mail address/)
      })

    describe('over https', () => {
      let server: Server
      let href: unknown
      let accepted: string | undefined
      let asked: URL | undefined
      afterEach(() => server.closeAllConnections())

      async function start(): Promise<string> {
        server = createServer(CERTIFICATE, (req, res) => {
          const links =
            href === undefined ? [] : [{ rel: 'http://openid.net/specs/connect/1.0/issuer', href }]
          accepted = req.headers.accept
          asked = new URL(req.url ?? '', 'https://localhost')
          res.setHeader('content-type', 'application/jrd+json').end(json({ links }))
        }).listen(0, 'localhost')
        await once(server, 'listening')
        const address = server.address()
        if (address === null || typeof address === 'string') throw new Error('no address')
        return `localhost:${address.port}`
      }
      const trust = (options: HttpRequestOptions) => ({
        ...options,
        https: { certificateAuthority: CERTIFICATE.cert },
        allowSpecialUseAddresses: true,
      })

      it('F368 F391 finds the issuer that a host names, and discovers it', async () => {
        const op = await startProvider()
        href = op.issuer
        const host = await start()
        Issuer[custom.http_options] = trust
        const issuer = await Issuer.webfinger(`https://${host}/joe`)
        expect(issuer.metadata.issuer).to.equal(op.issuer)
        expect(accepted).to.match(/^application\/jrd\+json/)
        expect([asked?.pathname, ...(asked?.searchParams ?? [])]).to.deep.equal([
          '/.well-known/webfinger',
          ['resource', `https://${host}/joe`],
          ['rel', 'http://openid.net/specs/connect/1.0/issuer'],
        ])
        server.close()
      })

      it('F368 refuses an issuer that is not exactly the one that was named (§2, RFC 8414 §3.3)', async () => {
        const op = await startProvider()
        href = `${op.issuer}/`
        const host = await start()
        Issuer[custom.http_options] = trust
        expect((await failureOf(Issuer.webfinger(`https://${host}/joe`), RPError)).message).to.match(
          /mismatch/,
        )
        server.close()
      })

      it('F368 refuses no issuer, and one that is not https (§2)', async () => {
        const host = await start()
        Issuer[custom.http_options] = trust
        href = undefined
        await failureOf(Issuer.webfinger(`https://${host}/joe`), RPError)
        href = 'http://op.example.com'
        await failureOf(Issuer.webfinger(`https://${host}/joe`), OPError)
        server.close()
      })

      it('F368 whoever is asked cannot send requests to this device by naming it as issuer (RFC 9700 §4.11)', async () => {
        const inside = await startServer((_req, res) => res.writeHead(404).end())
        const host = await start()
        Issuer[custom.http_options] = (options) =>
          options.url.pathname === '/.well-known/webfinger' ? trust(options) : options
        const failures: string[] = []
        for (const path of ['', '/stop?now=/.well-known/']) {
          href = `${inside.origin}${path}`
          failures.push((await failureOf(Issuer.webfinger(`https://${host}/joe`), Error)).message)
        }
        server.close()
        expect(inside.requests).to.deep.equal([])
        for (const failure of failures) expect(failure).to.match(/special-use/)
      })

      it('F368 asks no address for special use unless the host allows it (RFC 9700 §4.11)', async () => {
        const host = await start()
        expect((await failureOf(Issuer.webfinger(`https://${host}/joe`), RPError)).message).to.match(
          /special-use/,
        )
        server.close()
      })
    })
  })
})
