import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type RequestListener } from 'node:http'
import { createServer, Agent as HttpsAgent, type ServerOptions } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import {
  custom,
  errors,
  type HttpRequestOptions,
  type HttpResponse,
  Issuer,
} from '../../../lib/relying_party/index.ts'
import { failureOf } from '../../support/failure_of.ts'
import { startFakeIssuer } from '../../support/fake_issuer.ts'
import { ecPair } from '../../support/key_pair.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import { CERTIFICATE } from '../../support/tls_certificate.ts'

const { OPError, RPError } = errors

function clientOf(origin: string, more: object = {}) {
  const issuer = new Issuer({ issuer: origin, token_endpoint: `${origin}/token`, ...more })
  return new issuer.Client({ client_id: 'rp', client_secret: 'secret' })
}

/** The key as it is kept where a passphrase opens it. */
const locked = (key: string, passphrase: string) =>
  createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString()

describe('requests of the relying party', () => {
  afterEach(async () => {
    await stopServers()
    custom.setHttpOptionsDefaults({
      timeout: 3500,
      hooks: undefined,
      followRedirect: false,
      headers: { 'User-Agent': 'openid-provider' },
    })
  })

  it('F390 options of the process hold for all, and members that are not named stay', async () => {
    const server = await startServer((_req, res) => res.end('{}'))
    custom.setHttpOptionsDefaults({ headers: { 'X-Trace': '1' } })
    await clientOf(server.origin).requestResource(server.origin, 'token')
    expect(server.requests[0]?.headers).to.include({
      'x-trace': '1',
      'user-agent': 'openid-provider',
      authorization: 'Bearer token',
    })
    custom.setHttpOptionsDefaults({ headers: { 'X-Trace': undefined } })
    await clientOf(server.origin).requestResource(server.origin, 'token')
    expect(server.requests[1]?.headers).not.to.include.keys('x-trace')
  })

  it('F390 what was said of the process before stays, where nothing else is said', async () => {
    const server = await startServer((req, res) => {
      if (req.url === '/there') res.end('there')
      else res.writeHead(302, { location: '/there' }).end()
    })
    custom.setHttpOptionsDefaults({ followRedirect: true })
    custom.setHttpOptionsDefaults({ timeout: 3000 })
    const { body } = await clientOf(server.origin).requestResource(server.origin, 'token')
    expect(String(body)).to.equal('there')
  })

  it('F390 hooks see each request and answer as they are documented, and may change them', async () => {
    const server = await startServer((_req, res) =>
      res.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":"a"}'),
    )
    const seen: unknown[] = []
    custom.setHttpOptionsDefaults({
      hooks: {
        beforeRequest: [
          (options: HttpRequestOptions) => {
            seen.push([options.method.toUpperCase(), options.url.href, String(options.body)])
            options.headers['X-Added'] = 'yes'
          },
        ],
        afterResponse: [
          (response: HttpResponse) => {
            const { method, url } = response.request.options
            seen.push([response.statusCode, method.toUpperCase(), url.href, String(response.body)])
            return response
          },
        ],
      },
    })
    await clientOf(server.origin).grant({ grant_type: 'x', scope: 'a b' })
    const url = `${server.origin}/token`
    expect(seen).to.deep.equal([
      ['POST', url, 'grant_type=x&scope=a+b'],
      [200, 'POST', url, '{"access_token":"a"}'],
    ])
    expect(server.requests[0]?.headers['x-added']).to.equal('yes')
  })

  it('F391 a function decides about each request of a class, an issuer or a client', async () => {
    const op = await startFakeIssuer()
    op.answers.set('/register', (_req, res) => res.writeHead(201).end('{"client_id":"new"}'))
    op.answers.set('/clients/new', (_req, res) => res.writeHead(200).end('{"client_id":"new"}'))
    const issuer = op.issuer({ registration_endpoint: `${op.url}/register` })
    const asked: string[] = []
    const note = (name: string) => (options: HttpRequestOptions) => {
      asked.push(`${name} ${options.method} ${options.url.pathname}`)
      options.headers = Object.assign(options.headers, { custom: name })
      return options
    }
    issuer[custom.http_options] = note('issuer')
    issuer.Client[custom.http_options] = note('class')
    await issuer.keystore()
    const client = await issuer.Client.register({ redirect_uris: [] })
    await issuer.Client.fromUri(`${op.url}/clients/new`, 'token')
    client[custom.http_options] = note('client')
    await client.requestResource(`${op.url}/token`, 'token')
    expect(asked).to.deep.equal([
      'issuer GET /jwks',
      'class POST /register',
      'class GET /clients/new',
      'client GET /token',
    ])
    expect(op.server.requests.map(({ headers }) => headers['custom'])).to.deep.equal([
      'issuer',
      'class',
      'class',
      'client',
    ])
  })

  it('F390 a server that does not answer is given up after `timeout`', async () => {
    const server = await startServer(() => {})
    const client = clientOf(server.origin)
    for (const signal of [undefined, new AbortController().signal]) {
      client[custom.http_options] = () => ({ timeout: 50, ...(signal === undefined ? {} : { signal }) })
      const error = await failureOf(client.grant({ grant_type: 'x' }), RPError)
      expect(error.message).to.equal('outgoing request timed out after 50ms')
    }
  })

  it('bodies have a limit, compressed or not (RFC 9700 §4.11)', async () => {
    const server = await startServer((_req, res) => {
      res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(2 * 1024 * 1024)))
    })
    await failureOf(clientOf(server.origin).requestResource(server.origin, 'token'), RPError)
  })

  it('addresses for special use are refused, but loopback of an issuer that is http on loopback (RFC 6890)', async () => {
    const server = await startServer((_req, res) => res.end('{}'))
    const remote = clientOf('https://op.example.com')
    expect((await failureOf(remote.requestResource(server.origin, 'token'), RPError)).message).to.match(
      /special-use/,
    )
    const local = clientOf(server.origin)
    await failureOf(local.requestResource('http://169.254.169.254/', 'token'), RPError)
    remote[custom.http_options] = () => ({ allowSpecialUseAddresses: true })
    expect((await remote.requestResource(server.origin, 'token')).statusCode).to.equal(200)
  })

  describe('redirects', () => {
    it('are not followed: credentials must not go where an answer says (RFC 9700 §4.11)', async () => {
      const server = await startServer((_req, res) => res.writeHead(307, { location: '/elsewhere' }).end())
      expect((await failureOf(clientOf(server.origin).grant({ grant_type: 'x' }), OPError)).message).to.match(
        /307/,
      )
      expect(server.requests).to.have.length(1)
    })

    it('are not followed by a GET either, unless the host wants it', async () => {
      const server = await startServer((_req, res) => res.writeHead(302, { location: '/there' }).end())

      const { statusCode, headers } = await clientOf(server.origin).requestResource(server.origin, 'token')
      expect([statusCode, headers.location, server.requests.length]).to.deep.equal([302, '/there', 1])
    })

    for (const status of [300, 301, 302, 303, 304, 307, 308]) {
      const isOne = ![300, 304].includes(status)
      it(`${status} is ${isOne ? 'one' : 'none'} (RFC 9110 §15.4)`, async () => {
        const server = await startServer((req, res) => {
          if (req.url === '/there') res.end('there')
          else res.writeHead(status, { location: '/there' }).end()
        })
        const client = clientOf(server.origin)
        client[custom.http_options] = () => ({ followRedirect: true, allowSpecialUseAddresses: true })

        const { statusCode } = await client.requestResource(`${server.origin}/away`, 'token')
        expect([statusCode, server.requests.length]).to.deep.equal(isOne ? [200, 2] : [status, 1])
      })
    }

    it('take nothing to another origin that is for one alone (RFC 9110 §15.4)', async () => {
      const other = await startServer((_req, res) => res.end('there'))
      const server = await startServer((_req, res) => res.writeHead(302, { location: other.origin }).end())
      const client = clientOf(server.origin)
      const secrets = { cookie: 'a=b', 'proxy-authorization': 'Basic x' }
      client[custom.http_options] = ({ headers }) => ({
        followRedirect: true,
        allowSpecialUseAddresses: true,
        headers: { ...headers, ...secrets, 'x-own': 'yes' },
      })

      await client.requestResource(server.origin, 'token')
      const names = ['authorization', ...Object.keys(secrets)]
      expect(server.requests[0]?.headers).to.include.keys(...names, 'x-own')
      expect(other.requests[0]?.headers)
        .to.include.keys('x-own')
        .and.not.to.have.any.keys(...names)
    })

    it('are followed to a URL, and to nothing else (RFC 9110 §10.2.2)', async () => {
      const server = await startServer((_req, res) => res.writeHead(302, { location: 'http://[bad' }).end())
      const client = clientOf(server.origin)
      client[custom.http_options] = () => ({ followRedirect: true })

      const error = await failureOf(client.requestResource(server.origin, 'token'), RPError)
      expect([error.message, error.response?.statusCode]).to.deep.equal(['a redirect leads nowhere', 302])
    })

    it('are not followed with a proof, which is of one request (RFC 9449 §4.3)', async () => {
      const server = await startServer((_req, res) => res.writeHead(302, { location: '/there' }).end())
      const client = clientOf(server.origin, { userinfo_endpoint: `${server.origin}/me` })
      client[custom.http_options] = () => ({ followRedirect: true })
      const { privateKey: DPoP } = ecPair()

      const { statusCode } = await client.requestResource(`${server.origin}/away`, 'token', { DPoP })
      expect([statusCode, server.requests.length]).to.deep.equal([302, 1])
      const error = await failureOf(client.userinfo('token', { DPoP }), OPError)
      expect([error.message, server.requests.length]).to.deep.equal(['expected 200 OK, got: 302 Found', 2])
    })

    it('keep credentials for the same origin (RFC 9700 §4.11)', async () => {
      const server = await startServer((req, res) => {
        if (req.url === '/there') res.end('there')
        else res.writeHead(302, { location: '/there' }).end()
      })
      const client = clientOf(server.origin)
      client[custom.http_options] = () => ({ followRedirect: true, allowSpecialUseAddresses: true })

      await client.requestResource(`${server.origin}/away`, 'token')
      expect(server.requests.at(-1)?.headers['authorization']).to.equal('Bearer token')
    })

    it('are followed where the host wants it, without credentials to another origin, and not for ever (RFC 9110 §15.4)', async () => {
      const other = await startServer((_req, res) => res.end('there'))
      const server = await startServer((req, res) => {
        res.writeHead(302, { location: req.url === '/loop' ? '/loop' : other.origin }).end()
      })
      const client = clientOf(server.origin)
      client[custom.http_options] = () => ({ followRedirect: true, allowSpecialUseAddresses: true })
      const answer = await client.requestResource(`${server.origin}/away`, 'token')
      expect([String(answer.body), answer.url]).to.deep.equal(['there', `${other.origin}/`])
      expect(other.requests[0]?.headers).not.to.include.keys('authorization')
      const error = await failureOf(client.requestResource(`${server.origin}/loop`, 'token'), RPError)
      expect(error.message).to.equal('too many redirects')
      expect(server.requests).to.have.length(1 + 6)
    })
  })

  it('a response that is refused is kept with the error, and out of what is logged', async () => {
    const server = await startServer((_req, res) => res.end('{"active":true,"secret":"token"}'))
    const issuer = new Issuer({ issuer: server.origin, introspection_endpoint: server.origin })
    const client = new issuer.Client({
      client_id: 'rp',
      token_endpoint_auth_method: 'none',
      introspection_signed_response_alg: 'RS256',
    })

    const error = await failureOf(client.introspect('token'), RPError)
    expect(error.message).to.equal('expected a signed introspection response')
    expect(error.response?.statusCode).to.equal(200)
    expect(JSON.stringify(error)).to.not.include('secret')
  })

  it('keys that cannot be fetched are told with the cause', async () => {
    const server = await startServer((_req, res) => res.destroy())
    const issuer = new Issuer({ issuer: server.origin, jwks_uri: `${server.origin}/jwks` })

    const error = await failureOf(issuer.keystore(), Error)
    expect(error).to.have.property('cause').that.is.an('error')
  })

  it('headers of the host take the place of ours, in any case of letters', async () => {
    const server = await startServer((_req, res) => res.end('{}'))
    const client = clientOf(server.origin)
    client[custom.http_options] = () => ({ headers: { ACCEPT: 'text/plain', 'X-Own': 'yes' } })

    await client.requestResource(server.origin, 'token')
    expect(server.requests[0]?.headers).to.include({ accept: 'text/plain', 'x-own': 'yes' })
  })

  it('certificates are shown at aliases by clients that have one alone (RFC 8705 §5)', async () => {
    const server = await startServer((_req, res) => res.end('{"access_token":"a","token_type":"Bearer"}'))
    const issuer = new Issuer({
      issuer: server.origin,
      token_endpoint: `${server.origin}/token`,
      revocation_endpoint: `${server.origin}/revoke`,
      mtls_endpoint_aliases: {
        token_endpoint: `${server.origin}/alias`,
        revocation_endpoint: `${server.origin}/other`,
      },
    })
    const pathFor = async (metadata: object) => {
      const client = new issuer.Client({ client_id: 'rp', token_endpoint_auth_method: 'none', ...metadata })
      await client.grant({ grant_type: 'x' })
      return server.requests.at(-1)?.url
    }

    expect(await pathFor({})).to.equal('/token')
    expect(await pathFor({ tls_client_certificate_bound_access_tokens: true })).to.equal('/alias')
    expect(await pathFor({ token_endpoint_auth_method: 'tls_client_auth' })).to.equal('/alias')
    const revoking = async (metadata: object) => {
      const client = new issuer.Client({ client_id: 'rp', token_endpoint_auth_method: 'none', ...metadata })
      await client.revoke('t')
      return server.requests.at(-1)?.url
    }
    expect(await revoking({ tls_client_certificate_bound_access_tokens: true })).to.equal('/revoke')
    expect(await revoking({ token_endpoint_auth_method: 'tls_client_auth' })).to.equal('/other')
    expect(await revoking({ revocation_endpoint_auth_method: 'tls_client_auth' })).to.equal('/other')
  })

  it('retry tries a GET again that the network failed, and never a POST', async () => {
    let broken = 2
    const server = await startServer((req, res) => {
      broken -= 1
      if (broken >= 0) req.socket.destroy()
      else res.end('{}')
    })
    const client = clientOf(server.origin)
    client[custom.http_options] = () => ({ retry: 2 })
    expect((await client.requestResource(server.origin, 'token')).statusCode).to.equal(200)
    client[custom.http_options] = () => ({ retry: { limit: 1 } })
    broken = 1
    expect((await client.requestResource(server.origin, 'token')).statusCode).to.equal(200)
    broken = 1
    await failureOf(client.grant({ grant_type: 'x' }), RPError)
    expect(server.requests).to.have.length(6)
  })

  it('an agent, a resolver and a signal of the host are used', async () => {
    const server = await startServer((_req, res) => res.end('{}'))
    const client = clientOf(server.origin)
    const agent = new Agent({ keepAlive: true })
    const names: string[] = []
    client[custom.http_options] = () => ({
      agent: { http: agent },
      allowSpecialUseAddresses: true,
      dnsLookup: (name, _options, callback) => {
        names.push(name)
        callback(null, [{ address: '127.0.0.1', family: 4 }])
      },
    })
    const { port } = new URL(server.origin)
    expect((await client.requestResource(`http://api.example.com:${port}/`, 'token')).statusCode).to.equal(
      200,
    )
    client[custom.http_options] = () => ({
      allowSpecialUseAddresses: true,
      lookup: (name, _options, callback) => {
        names.push(`${name}, as lookup`)
        callback(null, [{ address: '127.0.0.1', family: 4 }])
      },
    })
    await client.requestResource(`http://api.example.com:${port}/`, 'token')
    expect(names).to.deep.equal(['api.example.com', 'api.example.com, as lookup'])
    client[custom.http_options] = () => ({ signal: AbortSignal.abort() })
    await failureOf(client.requestResource(server.origin, 'token'), RPError)
    agent.destroy()
  })

  describe('mutual TLS (RFC 8705)', () => {
    async function serveTls(listener: RequestListener, more: ServerOptions = {}) {
      const server = createServer({ ...CERTIFICATE, ...more }, listener).listen(0, 'localhost')
      await once(server, 'listening')
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('no address')
      const stop = () => {
        server.closeAllConnections()
        server.close()
      }
      return { origin: `https://localhost:${address.port}`, stop }
    }

    it('what was asked for under TLS is not had without it (RFC 9110 §15.4)', async () => {
      const plain = await startServer((_req, res) => res.end('{}'))
      const { origin, stop } = await serveTls((_req, res) => {
        res.writeHead(302, { location: plain.origin }).end()
      })
      const client = clientOf(origin)
      const given = { ca: CERTIFICATE.cert, allowSpecialUseAddresses: true, followRedirect: true }
      client[custom.http_options] = () => given

      const error = await failureOf(client.requestResource(origin, 'token'), RPError)
      expect(error.message).to.equal('a redirect from https to http is refused')
      expect(plain.requests).to.have.length(0)
      stop()
    })

    it('what was asked for under TLS is followed under TLS (RFC 9110 §15.4)', async () => {
      const { origin, stop } = await serveTls((req, res) => {
        if (req.url === '/there') res.end('there')
        else res.writeHead(302, { location: '/there' }).end()
      })
      const client = clientOf(origin)
      const given = { ca: CERTIFICATE.cert, allowSpecialUseAddresses: true, followRedirect: true }
      client[custom.http_options] = () => given

      expect(String((await client.requestResource(origin, 'token')).body)).to.equal('there')
      stop()
    })

    it('the agent for https is used there, of two', async () => {
      const { origin, stop } = await serveTls((_req, res) => res.end('{}'))
      const [http, https] = [new Agent(), new HttpsAgent({ ca: CERTIFICATE.cert })]
      const client = clientOf(origin)
      client[custom.http_options] = () => ({ agent: { http, https }, allowSpecialUseAddresses: true })

      expect((await client.requestResource(origin, 'token')).statusCode).to.equal(200)
      client[custom.http_options] = () => ({ agent: { http }, allowSpecialUseAddresses: true })
      await failureOf(client.requestResource(origin, 'token'), RPError)
      stop()
    })

    it('pfx is what is shown: one that is none is told', async () => {
      const { origin, stop } = await serveTls((_req, res) => res.end('{}'))
      const client = clientOf(origin)
      const given = { ca: CERTIFICATE.cert, allowSpecialUseAddresses: true }
      const ask = () => client.requestResource(origin, 'token')

      client[custom.http_options] = () => given
      expect((await ask()).statusCode).to.equal(200)
      client[custom.http_options] = () => ({ ...given, pfx: Buffer.from('no PKCS #12') })
      await failureOf(ask(), Error)
      stop()
    })

    const REQUESTS = [
      ['tls_client_auth', 'https'],
      ['self_signed_tls_client_auth', 'cert'],
      ['tls_client_auth', 'a key under a passphrase'],
    ] as const
    for (const [method, how] of REQUESTS) {
      it(`F389 ${method} by ${how} shows its certificate at the alias of the endpoint, and says only who it is (§2, §5)`, async () => {
        const seen: unknown[] = []
        const note: RequestListener = (req, res) => {
          let body = ''
          req.on('data', (chunk) => {
            body += String(chunk)
          })
          req.on('end', () => {
            const socket: unknown = req.socket
            seen.push(req.url, body, isTls(socket) && socket.getPeerCertificate().subject.CN)
            res.end('{"access_token":"bound","token_type":"Bearer","sub":"alice"}')
          })
        }
        const { origin, stop } = await serveTls(note, { requestCert: true, rejectUnauthorized: false })
        const issuer = new Issuer({
          issuer: 'https://op.example.com',
          token_endpoint: 'https://op.example.com/token',
          userinfo_endpoint: 'https://op.example.com/me',
          mtls_endpoint_aliases: {
            token_endpoint: `${origin}/mtls/token`,
            userinfo_endpoint: `${origin}/mtls/me`,
          },
        })
        const client = new issuer.Client({
          client_id: 'rp',
          token_endpoint_auth_method: method,
          tls_client_certificate_bound_access_tokens: true,
        })
        const { key, cert } = CERTIFICATE
        client[custom.http_options] = (options) => {
          const ours = { ...options, cert, ca: cert, allowSpecialUseAddresses: true }
          if (how === 'cert') return { ...ours, key }
          if (how !== 'https') return { ...ours, key: locked(key, 'open sesame'), passphrase: 'open sesame' }
          options.https = options.https ?? {}
          options.https.certificate = cert
          options.https.key = key
          options.https.ca = cert
          return { ...options, allowSpecialUseAddresses: true }
        }
        const tokens = await client.grant({ grant_type: 'client_credentials' })
        await client.userinfo(tokens)
        expect(seen).to.deep.equal([
          '/mtls/token',
          'grant_type=client_credentials&client_id=rp',
          'localhost',
          '/mtls/me',
          '',
          'localhost',
        ])
        stop()
      })
    }
  })
})

const isTls = (socket: unknown): socket is TLSSocket =>
  typeof socket === 'object' && socket !== null && 'getPeerCertificate' in socket
