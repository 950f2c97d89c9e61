import { expect } from 'chai'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { custom, errors, type IssuerMetadata } from '../../lib/relying_party/index.ts'
import { CLIENT_JWKS, PUBLIC_JWKS } from '../support/client_keys.ts'
import { failureOf } from '../support/failure_of.ts'
import { type FakeIssuer, startFakeIssuer } from '../support/fake_issuer.ts'
import { stopServers } from '../support/local_server.ts'
import { REDIRECT_URI } from '../support/relying_party.ts'

const { OPError } = errors

describe('registration of the relying party (RFC 7591, RFC 7592)', () => {
  let op: FakeIssuer
  beforeEach(async () => {
    op = await startFakeIssuer()
  })
  afterEach(stopServers)

  const issuerOf = (more: Partial<IssuerMetadata> = {}) =>
    op.issuer({ registration_endpoint: `${op.url}/register`, ...more })

  it('F387 registers the public parts of its keys unless the metadata have some, with the initial token', async () => {
    const bodies: Record<string, unknown>[] = []
    op.answers.set('/register', ({ headers }, res, body) => {
      bodies.push({ ...JSON.parse(body), token: headers.authorization })
      res.writeHead(201).end('{"client_id":"new","client_secret":"s"}')
    })
    const { Client } = issuerOf()
    const client = await Client.register(
      { redirect_uris: [] },
      { jwks: CLIENT_JWKS, initialAccessToken: 'iat' },
    )
    await Client.register({ jwks_uri: 'https://rp.example.com/jwks' }, { jwks: CLIENT_JWKS })
    expect(bodies).to.deep.equal([
      { redirect_uris: [], jwks: PUBLIC_JWKS, token: 'Bearer iat' },
      { jwks_uri: 'https://rp.example.com/jwks', token: undefined },
    ])
    expect(client.metadata).to.include({ client_id: 'new', client_secret: 's' })
  })

  it('F387 F388 an answer without a client_id is none, and a refusal is an OPError', async () => {
    op.answers.set('/register', (_req, res) => res.writeHead(201).end('{}'))
    op.answers.set('/read', (_req, res) => res.writeHead(401).end('{"error":"invalid_token"}'))
    const { Client } = issuerOf()
    await failureOf(Client.register({}), OPError)
    expect((await failureOf(Client.fromUri(`${op.url}/read`, 't'), OPError)).error).to.equal('invalid_token')
  })

  it('F387 keys that the metadata bring stay as they are, and none are sent where there are none (RFC 7591 §2)', async () => {
    const bodies: unknown[] = []
    op.answers.set('/register', (_req, res, body) => {
      bodies.push(JSON.parse(body))
      res.writeHead(201).end('{"client_id":"new"}')
    })
    const { Client } = issuerOf()
    const jwks = { keys: [] }
    await Client.register({ jwks }, { jwks: CLIENT_JWKS })
    await Client.register({ redirect_uris: [REDIRECT_URI] })
    await Client.register({}, { jwks })

    expect(bodies).to.deep.equal([{ jwks }, { redirect_uris: [REDIRECT_URI] }, { jwks }])
  })

  it('F387 F388 the client has its keys, and the parties that the host names (RFC 7591 §3.2.1)', async () => {
    const said = { client_id: 'new', token_endpoint_auth_method: 'private_key_jwt', own: 1 }
    const asked: unknown[] = []
    op.answers.set('/register', (_req, res) => res.writeHead(201).end(JSON.stringify(said)))
    op.answers.set('/read', ({ method, headers }, res) => {
      asked.push([method, headers.authorization, headers.accept])
      res.end(JSON.stringify(said))
    })
    const { Client } = issuerOf({ token_endpoint_auth_signing_alg_values_supported: ['ES256'] })
    const options = { additionalAuthorizedParties: 'partner' }
    const clients = [
      await Client.register({}, { jwks: CLIENT_JWKS, ...options }),
      await Client.fromUri(`${op.url}/read`, 'the token', CLIENT_JWKS, options),
    ]
    expect(asked).to.deep.equal([['GET', 'Bearer the token', 'application/json']])
    op.tokens = {
      access_token: 'a',
      token_type: 'Bearer',
      id_token: await op.idToken({ aud: ['new', 'partner'], azp: 'partner' }),
    }
    for (const client of clients) {
      expect(client.metadata).to.deep.include(said)
      const tokens = await client.callback(REDIRECT_URI, { code: 'c' })
      expect(tokens.claims().azp).to.equal('partner')
      const assertion = op.posted.at(-1)?.get('client_assertion') ?? ''
      expect(decodeProtectedHeader(assertion)).to.deep.equal({ alg: 'ES256', kid: 'ec-sig' })
      expect(decodeJwt(assertion).iss).to.equal('new')
    }
  })

  for (const [status, body] of [
    [200, '{"client_id":"new"}'],
    [201, '{"client_id":5}'],
    [201, '[]'],
    [201, 'text'],
  ] as const) {
    it(`F387 ${status} with ${body} is no registration (RFC 7591 §3.2.1)`, async () => {
      op.answers.set('/register', (_req, res) => res.writeHead(status).end(body))
      const error = await failureOf(issuerOf().Client.register({}), OPError)
      expect(error.response?.statusCode).to.equal(status)
    })
  }

  it('F388 what is read has to be there, and to be a client (RFC 7592 §2.1)', async () => {
    op.answers.set('/read', (_req, res) => res.writeHead(201).end('{"client_id":"new"}'))
    await failureOf(issuerOf().Client.fromUri(`${op.url}/read`, 't'), OPError)
    op.answers.set('/read', (_req, res) => res.end('{}'))
    const error = await failureOf(issuerOf().Client.fromUri(`${op.url}/read`, 't'), OPError)
    expect(error.message).to.equal('expected a client_id in the answer')
  })

  it('F387 an issuer where nobody registers is the mistake of the host', async () => {
    const error = await failureOf(op.issuer().Client.register({}), TypeError)
    expect(error.message).to.equal('registration_endpoint must be configured on the issuer')
  })

  it('F388 the token of a registration does not go over http for an issuer that is https (RFC 7592 §5)', async () => {
    const { Client } = issuerOf({ issuer: 'https://op.example.com' })
    Client[custom.http_options] = () => ({ allowSpecialUseAddresses: true })

    const error = await failureOf(Client.fromUri(`${op.url}/read`, 't'), TypeError)

    expect(error.message).to.equal('registration_client_uri of the issuer must be an https URL')
    expect(op.server.requests).to.have.length(0)
  })

  for (const uri of ['/read', '', 'file:///read']) {
    it(`F388 a client cannot be read at ${JSON.stringify(uri)} (RFC 7592 §2.1)`, async () => {
      const error = await failureOf(issuerOf().Client.fromUri(uri, 't'), TypeError)
      expect(error.message).to.match(/^registration_client_uri .*must be an? (?:https )?URL$/)
    })
  }
})
