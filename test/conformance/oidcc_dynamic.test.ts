import { expect } from 'chai'
import type { Configuration } from '../../types/configuration.ts'
import { type Claims, sign } from '../actions/client_auth/assertions.ts'
import { readAnswer, request } from '../support/authorization_answer.ts'
import { jwtPayload } from '../support/jwt_payload.ts'
import { ecPair, rsaPair } from '../support/key_pair.ts'
import { REGISTRATION, register, startRegistering } from '../support/registering.ts'
import { pkce, REDIRECT_URI, type RunningProvider, stopProviders } from '../support/start_provider.ts'

const es256 = ecPair()
const rs256 = rsaPair()
const JWKS = { keys: [{ kty: 'RSA', ...rs256.publicKey.export({ format: 'jwk' }), kid: 'rs' }] }

const OBJECT = 'https://rp.example.com/object'
const SECTOR = 'https://rp.example.com/sector'
const KEYS = 'https://rp.example.com/keys'

/** A provider at which clients register, and the documents that they have elsewhere. */
async function start(configuration: Configuration = {}) {
  const documents = new Map<string, string>([[KEYS, JSON.stringify(JWKS)]])
  const op = await startRegistering(
    {},
    {
      fetch: async (url) =>
        new Response(documents.get(url.href) ?? '', {
          headers: {
            'content-type': url.href === OBJECT ? 'application/oauth-authz-req+jwt' : 'application/json',
          },
          status: documents.has(url.href) ? 200 : 404,
        }),
      pkce: { required: () => false },
      ...configuration,
      features: { requestObjects: { requestUri: true }, ...configuration.features },
    },
  )
  return { op, documents }
}

/** Registers, and goes where the client sends browsers. */
async function visit(op: RunningProvider, metadata: object, params: Record<string, string> = {}) {
  const { body } = await register(op, { ...REGISTRATION, ...metadata })
  const client = { client_id: String(body['client_id']) }
  return { body, answer: await request(op, { ...client, ...params }) }
}

describe('the conformance suite about OpenID Connect: registration', () => {
  afterEach(stopProviders)

  it('oidcc-redirect-uri-regfrag: a redirect_uri with a fragment is refused', async () => {
    const { op } = await start()

    const { status, body } = await register(op, { redirect_uris: [`${REDIRECT_URI}#foo=bar`] })

    expect(status).to.equal(400)
    expect(body['error']).to.be.oneOf(['invalid_redirect_uri', 'invalid_client_metadata'])
  })

  it('oidcc-redirect-uri-query-OK: one that is registered with a query is answered with it', async () => {
    const { op } = await start()
    const uri = `${REDIRECT_URI}?foo=bar`

    const { answer } = await visit(op, { redirect_uris: [uri] }, { redirect_uri: uri })

    expect(answer.members).to.include({ foo: 'bar' }).and.to.have.property('code')
  })

  for (const [module, registered, asked] of [
    ['oidcc-redirect-uri-query-added', '', '?foo=bar'],
    ['oidcc-redirect-uri-query-mismatch', '?foo=bar', '?bar=foo'],
  ] as const) {
    it(`${module}: a page, and nobody is redirected`, async () => {
      const { op } = await start()

      const { answer } = await visit(
        op,
        { redirect_uris: [`${REDIRECT_URI}${registered}`] },
        { redirect_uri: `${REDIRECT_URI}${asked}` },
      )

      expect([answer.way, answer.status]).to.deep.equal(['page', 400])
    })
  }

  it('oidcc-ensure-redirect-uri-in-authorization-request: a page where several are registered', async () => {
    const { op } = await start()
    const { body } = await register(op, { redirect_uris: [REDIRECT_URI, `${REDIRECT_URI}/more`] })
    const url = new URL(op.authorizationUrl({ client_id: String(body['client_id']) }))
    url.searchParams.delete('redirect_uri')

    const answer = await readAnswer(await op.agent().get(url.href, { accept: 'text/html' }))

    expect([answer.way, answer.status]).to.deep.equal(['page', 400])
  })

  for (const [module, name] of [
    ['oidcc-registration-logo-uri', 'logo_uri'],
    ['oidcc-registration-policy-uri', 'policy_uri'],
    ['oidcc-registration-tos-uri', 'tos_uri'],
  ] as const) {
    it(`${module}: it is registered, and the screens know it`, async () => {
      const { op } = await start()
      const uri = `https://rp.example.com/${name}`

      const { body } = await register(op, { ...REGISTRATION, [name]: uri })
      const client = await op.provider.Client.find(String(body['client_id']))

      expect(body[name]).to.equal(uri)
      expect(client?.metadata()[name]).to.equal(uri)
    })
  }

  it('oidcc-registration-jwks-uri: the keys behind it are what the client authenticates by', async () => {
    const { op } = await start({ features: { clientCredentials: { enabled: true } } })
    const { status, body } = await register(op, {
      ...REGISTRATION,
      jwks_uri: KEYS,
      token_endpoint_auth_method: 'private_key_jwt',
    })
    const id = String(body['client_id'])
    const { verifier, challenge } = pkce()
    const answer = await request(op, {
      client_id: id,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    const time = Math.floor(Date.now() / 1000)

    const tokens = await op.post('token', {
      grant_type: 'authorization_code',
      code: answer.members['code'] ?? '',
      redirect_uri: REDIRECT_URI,
      code_verifier: verifier,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await sign(
        { iss: id, sub: id, aud: op.issuer, jti: 'once', exp: time + 60 },
        { alg: 'RS256', kid: 'rs' },
        rs256.privateKey,
      ),
    })

    expect(status).to.equal(201)
    expect(tokens.status).to.equal(200)
  })

  const PAIRWISE: Configuration = {
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: (_ctx, accountId, { sectorIdentifier }) => `${accountId} at ${sectorIdentifier}`,
  }

  it('oidcc-registration-sector-uri: a document that has every redirect_uri is accepted', async () => {
    const { op, documents } = await start(PAIRWISE)
    documents.set(SECTOR, JSON.stringify([REDIRECT_URI]))

    const { status, body } = await register(op, {
      ...REGISTRATION,
      subject_type: 'pairwise',
      sector_identifier_uri: SECTOR,
    })

    expect(status).to.equal(201)
    expect(body).to.include({ subject_type: 'pairwise', sector_identifier_uri: SECTOR })
  })

  it('oidcc-registration-sector-bad: a document without the redirect_uri is refused', async () => {
    const { op, documents } = await start(PAIRWISE)
    documents.set(SECTOR, JSON.stringify(['https://rp.example.com/elsewhere']))

    const { status, body } = await register(op, {
      ...REGISTRATION,
      subject_type: 'pairwise',
      sector_identifier_uri: SECTOR,
    })

    expect([status, body['error']]).to.deep.equal([400, 'invalid_client_metadata'])
  })

  const claimsOf = (op: RunningProvider, clientId: unknown, claims: Claims = {}): Claims => ({
    iss: clientId,
    aud: op.issuer,
    client_id: clientId,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    state: 'inside',
    ...claims,
  })

  it('oidcc-request-uri-signed-rs256: what stands in the document counts', async () => {
    const { op, documents } = await start()
    const { body } = await register(op, { ...REGISTRATION, jwks: JWKS, request_uris: [OBJECT] })
    const id = String(body['client_id'])
    documents.set(OBJECT, await sign(claimsOf(op, id), { alg: 'RS256', kid: 'rs' }, rs256.privateKey))

    const { members } = await request(op, { client_id: id, request_uri: OBJECT })

    expect(members).to.include({ state: 'inside' }).and.to.have.property('code')
  })

  it('oidcc-idtoken-rs256: the ID Token is signed as registered', async () => {
    const { op } = await start()
    const { body } = await register(op, {
      ...REGISTRATION,
      id_token_signed_response_alg: 'RS256',
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_post',
    })
    const credentials = { client_id: String(body['client_id']), client_secret: String(body['client_secret']) }
    const { members, verifier } = await request(op, { client_id: credentials.client_id })

    const tokens = await op.exchange(members['code'] ?? '', verifier, credentials)
    const [header = ''] = String(tokens.body['id_token']).split('.')

    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).to.include({ alg: 'RS256' })
    expect(jwtPayload(tokens.body['id_token'])).to.include({ aud: credentials.client_id })
  })

  it('oidcc-request-uri-signed-rs256: one that is signed by another key is invalid_request_object', async () => {
    const { op, documents } = await start()
    const { body } = await register(op, { ...REGISTRATION, jwks: JWKS, request_uris: [OBJECT] })
    const id = String(body['client_id'])
    documents.set(OBJECT, await sign(claimsOf(op, id), { alg: 'ES256' }, es256.privateKey))

    const { members } = await request(op, { client_id: id, request_uri: OBJECT })

    expect(members['error']).to.equal('invalid_request_object')
  })
})
