import type { ServerResponse } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { connect } from 'node:tls'
import { expect } from 'chai'
import type { JWK } from 'jose'
import sinon from 'sinon'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import {
  claimsFor,
  type KeyPair,
  keyClientAt,
  keyPair,
  requestToken,
  sign,
} from '../actions/client_auth/assertions.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import { type SecureServer, startSecureServer, stopSecureServers } from '../support/secure_server.ts'
import { type RunningProvider, startProvider, stopProviders } from '../support/start_provider.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'

const start = (clients: ClientMetadata[], configuration: Configuration = {}) =>
  startProvider({
    allowSpecialUseAddresses: true,
    clients,
    ...configuration,
    features: { clientCredentials: { enabled: true }, ...configuration.features },
  })

/** Somebody's server with a certificate for localhost. */
async function serving(body: string): Promise<SecureServer> {
  const server = await startSecureServer('localhost')
  server.answerBy((_req, res) => res.writeHead(200, { 'content-type': 'application/json' }).end(body))
  return server
}

const keySet = (...keys: JWK[]) => JSON.stringify({ keys })

describe('keys behind a jwks_uri that was reached once (RFC 7591 §2)', () => {
  let pair: KeyPair
  let clock: sinon.SinonFakeTimers

  before(async () => {
    pair = await keyPair('ES256', 'first')
  })
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
  })
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
    await stopServers()
    await stopSecureServers()
  })

  const by = async (op: RunningProvider, clientId = 'by-key') =>
    requestToken(op, await sign(claimsFor(clientId, op), { alg: 'ES256', kid: 'first' }, pair.privateKey))

  it('C25 end at once when the certificate of their server is not trusted any more (RFC 9110 §4.3.4)', async () => {
    const server = await serving(keySet(pair.publicJwk))
    let agent: HttpsAgent | undefined = new HttpsAgent({ ca: CERTIFICATE.cert, keepAlive: false })
    const op = await start([keyClientAt(`${server.origin}/jwks`)], {
      httpOptions: () => (agent === undefined ? {} : { agent }),
    })
    const trusted = await by(op)
    agent = undefined
    clock.tick(61_000)

    const untrusted = await by(op)

    expect([trusted.status, untrusted.status]).to.deep.equal([200, 401])
  })

  it('S24 C25 end at once when their name leads to a special-use address, and no connection is made', async () => {
    const server = await serving(keySet(pair.publicJwk))
    const port = Number(new URL(server.origin).port)
    let address = '8.8.8.8'
    let connections = 0
    // Stands in for the network: whatever was checked is reached here.
    class Network extends HttpsAgent {
      override createConnection() {
        connections += 1
        return connect({ host: '127.0.0.1', port, servername: 'localhost', ca: CERTIFICATE.cert })
      }
    }
    const agent = new Network()
    const op = await start([keyClientAt('https://rp.example.com/jwks')], {
      allowSpecialUseAddresses: false,
      httpOptions: () => ({
        agent,
        dnsLookup: (_name, _options, callback) => callback(null, [{ address, family: 4 }]),
      }),
    })
    const before = await by(op)
    address = '10.0.0.1'
    clock.tick(61_000)

    const after = await by(op)

    agent.destroy()
    expect([before.status, after.status, connections]).to.deep.equal([200, 401, 1])
  })

  it('C25 end at once when their server publishes a set without them, also after it was out of reach', async () => {
    let answer: [status: number, body: string] = [200, keySet(pair.publicJwk)]
    const server = await startServer((_req, res) => {
      res.writeHead(answer[0], { 'content-type': 'application/json' }).end(answer[1])
    })
    const op = await start([keyClientAt(`${server.origin}/jwks`)])
    const fresh = await by(op)
    answer = [503, '']
    clock.tick(61_000)
    const stale = await by(op)
    answer = [200, keySet((await keyPair('ES256', 'second')).publicJwk)]
    clock.tick(31_000)

    const replaced = await by(op)

    expect([fresh, stale, replaced].map(({ status }) => status)).to.deep.equal([200, 200, 401])
  })

  for (const profile of ['1.0 Final', '2.0'] as const) {
    it(`C25 are not used beyond their freshness where FAPI ${profile} is on, whoever it is for`, async () => {
      let status = 200
      const server = await startServer((_req, res) => {
        res.writeHead(status, { 'content-type': 'application/json' }).end(keySet(pair.publicJwk))
      })
      const op = await start([keyClientAt(`${server.origin}/jwks`)], {
        features: {
          fapi: {
            enabled: true,
            profile: (_ctx, { clientId }) => (clientId === 'bank' ? profile : undefined),
          },
        },
      })
      const fresh = await by(op)
      status = 503
      const asFresh = await by(op)
      clock.tick(61_000)
      const stale = await by(op)
      status = 200
      clock.tick(31_000)
      const again = await by(op)

      expect([fresh, asFresh, stale, again].map((answer) => answer.status)).to.deep.equal([
        200, 200, 401, 200,
      ])
    })
  }
})

/** Nothing here is about deadlines. */
const PATIENT = () => ({ signal: AbortSignal.timeout(30_000) })

describe('what strangers make the provider ask for (OpenID Connect Core 1.0 §6.2, §16.8)', () => {
  let pair: KeyPair

  before(async () => {
    pair = await keyPair('ES256', 'first')
  })
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
    await stopServers()
  })

  it('S32 thirty documents at one server are asked for by four connections at a time', async () => {
    const open = new Set<ServerResponse>()
    let most = 0
    const server = await startServer((_req, res) => {
      open.add(res)
      most = Math.max(most, open.size)
      // The first ones wait, so that everybody is there who may come.
      if (server.requests.length > 4) end(res)
    })
    function end(res: ServerResponse): void {
      open.delete(res)
      res.writeHead(200, { 'content-type': 'application/jwt' }).end('x')
    }
    const op = await startProvider({
      allowSpecialUseAddresses: true,
      httpOptions: PATIENT,
      features: { requestObjects: { requestUri: true, requireUriRegistration: false } },
    })
    const asking = Array.from({ length: 30 }, (_, n) =>
      op.authorize({ request_uri: `${server.origin}/${n}` }),
    )
    while (server.requests.length < 4) await op.authorize({ prompt: 'none' })
    await op.authorize({ prompt: 'none' })
    const atOnce = server.requests.length
    for (const res of open) end(res)
    const answers = await Promise.all(asking)

    expect([atOnce, most, server.requests.length]).to.deep.equal([4, 4, 30])
    expect(new Set(answers.map(({ answer }) => answer.get('error')))).to.deep.equal(
      new Set(['invalid_request_object']),
    )
  })

  it('S32 the keys of a client that is known do not wait for them', async () => {
    const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
    const silent = await startServer(() => {})
    const server = await startServer((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' }).end(keySet(pair.publicJwk))
    })
    const strangers = Array.from({ length: 40 }, (_, n) => `stranger${n}`)
    const op = await start(
      [
        keyClientAt(`${server.origin}/jwks`),
        ...strangers.map((name) => keyClientAt(`${silent.origin}/${name}`, { client_id: name })),
      ],
      { httpOptions: PATIENT },
    )
    const by = async (clientId = 'by-key') =>
      requestToken(op, await sign(claimsFor(clientId, op), { alg: 'ES256', kid: 'first' }, pair.privateKey))
    const before = await by()
    clock.tick(61_000)
    const asking = strangers.map((name) => by(name))

    const first = await Promise.race([by(), ...asking])

    expect([before.status, first.status, server.requests.length]).to.deep.equal([200, 200, 2])
    expect(silent.requests.length).to.be.at.most(4)
    for (const { socket } of silent.requests) socket.destroy()
    await stopServers()
    await Promise.all(asking)
  }).timeout(30_000)
})
