import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { expect } from 'chai'
import {
  custom,
  errors,
  type HttpRequestOptions,
  Issuer,
  type KeyQuery,
} from '../../lib/relying_party/index.ts'
import { normalizeIdentifier } from '../../lib/relying_party/webfinger.ts'
import { failureOf } from '../support/failure_of.ts'
import { startFakeIssuer } from '../support/fake_issuer.ts'
import { ecPair, jwkOf, rsaPair } from '../support/key_pair.ts'
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

    it('F367 the OpenID Connect document counts before that of RFC 8414 (RFC 8414 §5)', async () => {
      const server = await serving((origin) => ({
        '/.well-known/openid-configuration': { issuer: origin, from: 'OpenID Connect' },
        '/.well-known/oauth-authorization-server': { issuer: origin, from: 'OAuth' },
      }))
      expect((await Issuer.discover(server.origin))['from']).to.equal('OpenID Connect')
      expect(server.requests.map(({ headers }) => headers.accept)).to.deep.equal([
        'application/json',
        'application/json',
      ])
    })

    it('F367 what is told where there is none is what the OpenID Connect place said', async () => {
      const server = await startServer((req, res) => {
        res.writeHead(req.url?.includes('openid') ? 503 : 404).end()
      })
      const error = await failureOf(Issuer.discover(server.origin), OPError)
      expect(error.message).to.equal('expected 200 OK, got: 503 Service Unavailable')
    })

    for (const [path, issuer] of [
      ['/tenant/.well-known/openid-configuration', '/tenant'],
      ['/tenant/.well-known/openid-configuration', '/tenant/'],
      ['/.well-known/oauth-authorization-server/tenant', '/tenant'],
      ['/tenant/.well-known/oauth-authorization-server', '/tenant'],
      ['/.well-known/openid-configuration?version=2', ''],
    ] as const) {
      it(`F367 the document at ${path} may be of ${issuer === '' ? 'its origin' : issuer} (RFC 8414 §3.1)`, async () => {
        const server = await serving((origin) => ({ [path]: { issuer: `${origin}${issuer}` } }))
        const found = await Issuer.discover(`${server.origin}${path}`)
        expect(found.metadata.issuer).to.equal(`${server.origin}${issuer}`)
      })
    }

    for (const [issuer, kind, reason] of [
      [undefined, OPError, 'expected an issuer in the discovery document'],
      [5, OPError, 'expected an issuer in the discovery document'],
      ['op.example.com', RPError, 'discovered issuer mismatch, got: op.example.com'],
      ['', RPError, 'discovered issuer mismatch, got: '],
    ] as const) {
      it(`F367 a document whose issuer is ${json(issuer)} is of nobody (RFC 8414 §3.3)`, async () => {
        const server = await serving(() => ({ '/.well-known/openid-configuration': { issuer } }))
        const place = `${server.origin}/.well-known/openid-configuration`
        const error = await failureOf<Error>(Issuer.discover(place), kind)
        expect(error.message).to.equal(reason)
        expect(error).to.have.nested.property('response.statusCode', 200)
      })
    }

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
      for (const uri of ['op.example.com', '', undefined, ['https://op.example.com']]) {
        const error = await failureOf(Reflect.apply(Issuer.discover, Issuer, [uri]), TypeError)
        expect(error.message).to.equal('only valid absolute URLs can be requested')
      }
      expect(() => Reflect.construct(Issuer, [{}])).to.throw(TypeError, /issuer/)
    })
  })

  for (const metadata of [{}, { issuer: '' }, { issuer: 5 }]) {
    it(`F364 ${JSON.stringify(metadata)} names no issuer`, () => {
      expect(() => Reflect.construct(Issuer, [metadata])).to.throw(TypeError, 'metadata must have an issuer')
    })
  }

  it('F364 metadata are read, and change nothing of what an issuer can do', () => {
    const own = { keystore: 'x', Client: 'x', metadata: 'x', own: 1 }
    const issuer = new Issuer({ issuer: 'https://op.example.com', ...own })
    expect(issuer.metadata).to.deep.equal({ issuer: 'https://op.example.com', ...own })
    expect([issuer['own'], Object.keys(issuer)]).to.deep.equal([1, ['issuer', 'own']])
    expect(issuer.keystore).to.be.a('function')
    expect(issuer.Client.name).to.equal('Client')
    issuer.metadata.issuer = 'https://evil.example.com'
    expect(issuer.metadata.issuer).to.equal('https://op.example.com')
  })

  it('F364 an issuer has one class of clients, and one with the checks of FAPI', () => {
    const issuer = new Issuer({ issuer: 'https://op.example.com' })
    const other = new Issuer({ issuer: 'https://op.example.com' })
    expect(issuer.Client).to.equal(issuer.Client).and.not.to.equal(other.Client)
    expect(issuer.FAPIClient).to.equal(issuer.FAPIClient).and.not.to.equal(issuer.Client)
    const client = new issuer.FAPIClient({ client_id: 'rp' })
    expect(client).to.be.an.instanceOf(issuer.Client)
    expect(client.issuer).to.equal(issuer)
  })

  describe('keys', () => {
    it('F366 are found by everything that they say, and by all of it', async () => {
      const op = await startFakeIssuer()
      op.keys = [
        jwkOf(rsaPair().publicKey, { kid: 'sign', use: 'sig', alg: 'RS256' }),
        jwkOf(rsaPair().publicKey, { kid: 'open', use: 'enc' }),
        jwkOf(ecPair().publicKey, { kid: 'both' }),
      ]
      const store = await op.issuer().keystore()
      const kids = (query?: KeyQuery) => store.all(query).map(({ kid }) => kid)
      expect(kids()).to.deep.equal(['sign', 'open', 'both'])
      expect(kids({ kty: 'RSA' })).to.deep.equal(['sign', 'open'])
      expect(kids({ use: 'sig' })).to.deep.equal(['sign', 'both'])
      expect(kids({ use: 'enc' })).to.deep.equal(['open', 'both'])
      expect(kids({ alg: 'RS256' })).to.deep.equal(['sign'])
      expect(kids({ alg: 'PS256' })).to.deep.equal([])
      expect(kids({ alg: 'RSA-OAEP' })).to.deep.equal(['open'])
      expect(kids({ alg: 'RSA-OAEP', use: 'sig' })).to.deep.equal([])
      expect(kids({ alg: 'ES256', use: 'sig' })).to.deep.equal(['both'])
      expect(kids({ alg: 'ECDH-ES' })).to.deep.equal(['both'])
      expect(kids({ kid: 'both', kty: 'RSA' })).to.deep.equal([])
      expect(store.get()?.kid).to.equal('sign')
      expect(store.get({ kid: 'sign' })).to.include({ kty: 'RSA', use: 'sig', alg: 'RS256' })
      expect(store.get({ kid: 'both' })).to.include({ use: undefined, alg: undefined })
    })

    it('F366 are handed out as they were published, and as copies', async () => {
      const op = await startFakeIssuer()
      const store = await op.issuer().keystore()
      const [jwk] = op.keys
      expect(store.toJWKS()).to.deep.equal({ keys: [jwk] })
      Object.assign(store.get()?.toJWK() ?? {}, { kid: 'changed' })
      expect(store.get()?.toJWK()).to.deep.equal(jwk)
    })

    for (const [what, answer] of [
      ['says no', (res) => res.writeHead(503).end()],
      ['hangs up', (res) => res.destroy()],
      ['sends text', (res) => res.end('keys')],
      ['sends no list', (res) => res.end('{"keys":{}}')],
    ] as const satisfies readonly (readonly [string, (res: ServerResponse) => void])[]) {
      it(`F366 are not had where the issuer ${what}, and are asked for again`, async () => {
        const op = await startFakeIssuer()
        const issuer = op.issuer()
        op.answers.set('/jwks', (_req, res) => answer(res))
        const error = await failureOf(issuer.keystore(), RPError)
        expect(error.message).to.equal('keys of the issuer could not be fetched')
        expect(error.cause).to.be.an('error')
      })
    }

    it('F366 are asked for as what they are, and not taken out of a refusal (RFC 7517 §8.5.1)', async () => {
      const op = await startFakeIssuer()
      await op.issuer().keystore()
      expect(op.server.requests[0]?.headers.accept).to.match(/application\/jwk-set\+json/)
      op.answers.set('/jwks', (_req, res) => res.writeHead(403).end(json({ keys: op.keys })))
      await failureOf(op.issuer().keystore(), RPError)
    })

    it('F366 a mistake of the host is told as it is', async () => {
      const op = await startFakeIssuer()
      const issuer = op.issuer()
      issuer[custom.http_options] = () => {
        throw new TypeError('a mistake')
      }
      expect((await failureOf(issuer.keystore(), TypeError)).message).to.equal('a mistake')
    })

    it('F390 a redirect that is refused is told as it is', async () => {
      const op = await startFakeIssuer()
      op.answers.set('/jwks', (_req, res) => res.writeHead(302, { location: '/jwks' }).end())
      const issuer = op.issuer()
      issuer[custom.http_options] = () => ({ followRedirect: true })
      expect((await failureOf(issuer.keystore(), RPError)).message).to.equal('too many redirects')
    })

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

    for (const token_endpoint of [undefined, 5, ['http://op.example.com/token'], 'token', '/token']) {
      it(`${json(token_endpoint)} is none (RFC 8414 §2)`, async () => {
        const issuer = new Issuer({ issuer: 'http://op.example.com', ...Object({ token_endpoint }) })
        const client = new issuer.Client({ client_id: 'rp', client_secret: 'secret' })
        const error = await failureOf(client.grant({ grant_type: 'x' }), TypeError)
        expect(error.message).to.equal('token_endpoint must be configured on the issuer')
      })
    }

    it('one by another scheme than http is none (RFC 8414 §2)', async () => {
      const issuer = new Issuer({ issuer: 'http://op.example.com', token_endpoint: 'ftp://op.example.com' })
      const client = new issuer.Client({ client_id: 'rp', client_secret: 'secret' })
      const error = await failureOf(client.grant({ grant_type: 'x' }), TypeError)
      expect(error.message).to.equal('token_endpoint of the issuer must be an https URL')
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
      'acct:',
      'acct:joe@evil/path',
      'acct:joe@evil?query',
      'acct:joe@user:secret',
      'https://',
      'http://exa mple.com',
      'ftp://example.com',
      undefined,
    ])
      it(`F368 ${input} is no identifier (§2.1.2)`, () => {
        expect(() => normalizeIdentifier(input)).to.throw(TypeError, /^input must be an e-mail address/)
      })

    describe('over https', () => {
      let server: Server
      let href: unknown
      let answer: unknown
      let accepted: string | undefined
      let asked: URL | undefined
      afterEach(() => {
        answer = undefined
        server.closeAllConnections()
        server.close()
      })

      async function start(): Promise<string> {
        server = createServer(CERTIFICATE, (req, res) => {
          const links =
            href === undefined ? [] : [{ rel: 'http://openid.net/specs/connect/1.0/issuer', href }]
          accepted = req.headers.accept
          asked = new URL(req.url ?? '', 'https://localhost')
          res.setHeader('content-type', 'application/jrd+json')
          if (req.url?.startsWith('/.well-known/webfinger')) res.end(json(answer ?? { links }))
          else res.end(json({ issuer: `https://${req.headers.host}` }))
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
      })

      it('F368 finds an issuer that is https (§2)', async () => {
        const host = await start()
        href = `https://${host}`
        Issuer[custom.http_options] = trust
        expect((await Issuer.webfinger(`${host}/joe`)).metadata.issuer).to.equal(href)
      })

      it('F368 refuses an issuer that is not exactly the one that was named (§2, RFC 8414 §3.3)', async () => {
        const op = await startProvider()
        href = `${op.issuer}/`
        const host = await start()
        Issuer[custom.http_options] = trust
        expect((await failureOf(Issuer.webfinger(`https://${host}/joe`), RPError)).message).to.match(
          /mismatch/,
        )
      })

      it('F368 refuses no issuer, and one that is not https (§2)', async () => {
        const host = await start()
        Issuer[custom.http_options] = trust
        href = undefined
        await failureOf(Issuer.webfinger(`https://${host}/joe`), RPError)
        href = 'http://op.example.com'
        await failureOf(Issuer.webfinger(`https://${host}/joe`), OPError)
      })

      const REL = 'http://openid.net/specs/connect/1.0/issuer'
      for (const [what, said, kind, reason] of [
        ['no links', {}, RPError, 'no issuer found in webfinger response'],
        ['links that are no list', { links: { rel: REL } }, RPError, 'no issuer found in webfinger response'],
        [
          'other links',
          { links: [null, 'x', { rel: 'x', href: 'https://op.example.com' }] },
          RPError,
          'no issuer found in webfinger response',
        ],
        [
          'an issuer that is nowhere',
          { links: [{ rel: REL }] },
          RPError,
          'no issuer found in webfinger response',
        ],
        [
          'an issuer that is no text',
          { links: [{ rel: REL, href: 5 }] },
          OPError,
          'invalid issuer location 5',
        ],
        [
          'an issuer that is no URL',
          { links: [{ rel: REL, href: 'op' }] },
          OPError,
          'invalid issuer location op',
        ],
        [
          'an issuer by another scheme',
          { links: [{ rel: REL, href: 'ftp://localhost' }] },
          OPError,
          'invalid issuer location ftp://localhost',
        ],
        ['no object', [REL], OPError, 'expected a JSON object in the answer'],
      ] as const) {
        it(`F368 refuses ${what} (RFC 7033 §4.4)`, async () => {
          answer = said
          const host = await start()
          Issuer[custom.http_options] = trust
          const error = await failureOf<Error>(Issuer.webfinger(`https://${host}/joe`), kind)
          expect(error.message).to.equal(reason)
          if (kind === RPError) expect(error).to.have.property('body').that.deep.equals(Object(said).links)
        })
      }

      it('F368 takes the link that is for it among others (RFC 7033 §4.4.4)', async () => {
        const op = await startProvider()
        answer = {
          links: [null, { rel: 'x', href: 'https://other.example.com' }, { rel: REL, href: op.issuer }],
        }
        const host = await start()
        Issuer[custom.http_options] = trust
        expect((await Issuer.webfinger(`https://${host}/joe`)).metadata.issuer).to.equal(op.issuer)
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
      })
    })
  })
})
