import { expect } from 'chai'
import { decodeProtectedHeader } from 'jose'
import { epochTime } from '../../lib/helpers/epoch_time.ts'
import type { ClientMetadata } from '../../types/client.ts'
import { PUBLIC_JWKS } from '../support/client_keys.ts'
import { startClock, stopClock } from '../support/clock.ts'
import { jwtPayload } from '../support/jwt_payload.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const CLAIMS = { email: ['email'], profile: ['name', 'nickname'] }
const ALICE = { sub: 'alice', email: 'alice@example.com', name: 'Alice', nickname: 'Al', secret: 'x' }

async function start(properties: Partial<ClientMetadata> = {}) {
  const op = await startProvider({
    clients: [{ ...WEB_CLIENT, ...properties }],
    claims: CLAIMS,
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'HS256'] },
    subjectTypes: ['public', 'pairwise'],
    features: {
      encryption: { enabled: true },
      introspection: { enabled: true },
      jwtIntrospection: { enabled: true },
      jwtUserinfo: { enabled: true },
    },
    pairwiseIdentifier: (_ctx, accountId, client) => `${accountId} for ${client.clientId}`,
  })
  const client = await op.provider.Client.find('web')
  if (client === undefined) throw new Error('no client')
  return { ...op, provider: op.provider, client, op }
}

describe('F296 ID Tokens made by hosts (OpenID Connect Core 1.0 §2)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  it('F296 says what scope and mask let through, and what was set', async () => {
    const { provider, client, op } = await start()
    const token = new provider.IdToken(ALICE, { client })
    token.scope = 'openid profile'
    token.mask = { email: null }
    token.rejected = ['nickname']
    token.set('nonce', 'n')
    token.set('acr', undefined)
    const payload = jwtPayload(await token.issue({ use: 'idtoken' }))

    expect(payload).to.include({ sub: 'alice', name: 'Alice', email: 'alice@example.com', nonce: 'n' })
    expect(payload).to.include({ iss: op.provider.issuer, aud: 'web', exp: Number(payload['iat']) + 3600 })
    expect(payload).to.not.have.any.keys('nickname', 'secret', 'acr')
  })

  it('F296 without scope and mask it names the account and nothing else', async () => {
    const { provider, client } = await start()
    const payload = await new provider.IdToken(ALICE, { client }).payload()

    expect(payload).to.deep.equal({ sub: 'alice' })
  })

  it('F296 names the account as a pairwise client knows it (OpenID Connect Core 1.0 §8)', async () => {
    const { provider, client } = await start({ subject_type: 'pairwise' })
    const payload = jwtPayload(await new provider.IdToken(ALICE, { client }).issue({ use: 'idtoken' }))

    expect(payload['sub']).to.equal('alice for web')
  })

  it('F296 iss, aud and iat are its own, and expiresAt says when it ends', async () => {
    stopClock()
    const { provider, client, issuer } = { ...(await start()), issuer: 'https://evil.example.com' }
    const token = new provider.IdToken({ sub: 'alice' }, { client })
    for (const [name, value] of Object.entries({ iss: issuer, aud: 'other', iat: 1, exp: 1 }))
      token.set(name, value)
    const payload = jwtPayload(await token.issue({ use: 'idtoken', expiresAt: 4_000_000_000 }))

    expect(payload).to.include({ iss: provider.issuer, aud: 'web', exp: 4_000_000_000 })
    expect(payload['iat']).to.be.within(epochTime() - 5, epochTime())
  })

  it('F296 use logout makes a logout token that lives two minutes (Back-Channel Logout 1.0 §2.4)', async () => {
    stopClock()
    const { provider, client } = await start()
    const jwt = await new provider.IdToken({ sub: 'alice' }, { client }).issue({ use: 'logout' })
    const { exp, iat } = jwtPayload(jwt)

    expect(decodeProtectedHeader(jwt).typ).to.equal('logout+jwt')
    expect(Number(exp) - Number(iat)).to.equal(120)
  })

  it('F296 use userinfo signs with the algorithm registered for that (OpenID Connect Core 1.0 §5.3.2)', async () => {
    const { provider, client } = await start({ userinfo_signed_response_alg: 'PS256' })
    const jwt = await new provider.IdToken({ sub: 'alice' }, { client }).issue({ use: 'userinfo' })

    expect(decodeProtectedHeader(jwt).alg).to.equal('PS256')
    expect(jwtPayload(jwt)).to.not.have.property('exp')
  })

  it('F296 use introspection makes an answer, which has no end (RFC 9701 §5)', async () => {
    const { provider, client } = await start({ introspection_signed_response_alg: 'PS256' })
    const jwt = await new provider.IdToken({ sub: 'alice' }, { client }).issue({ use: 'introspection' })

    expect(decodeProtectedHeader(jwt)).to.include({ alg: 'PS256', typ: 'token-introspection+jwt' })
    expect(jwtPayload(jwt)).to.not.have.property('exp')
  })

  for (const [use, property] of [
    ['idtoken', 'id_token'],
    ['logout', 'id_token'],
    ['introspection', 'introspection'],
    ['userinfo', 'userinfo'],
  ] as const) {
    it(`F296 use ${use} is encrypted as the client registered in ${property}_encrypted_response_* (RFC 7516)`, async () => {
      const { provider, client } = await start({
        jwks: PUBLIC_JWKS,
        userinfo_signed_response_alg: 'RS256',
        introspection_signed_response_alg: 'RS256',
        [`${property}_encrypted_response_alg`]: 'RSA-OAEP-256',
        [`${property}_encrypted_response_enc`]: 'A256GCM',
      })
      const jwe = await new provider.IdToken({ sub: 'alice' }, { client }).issue({ use })

      expect(decodeProtectedHeader(jwe)).to.include({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'rsa-enc' })
    })
  }

  for (const alg of ['RS256', 'HS256'] as const) {
    it(`F296 one that comes back is found good, also when it is over, signed with ${alg} (§3.1.2.1)`, async () => {
      const { provider, client } = await start({ id_token_signed_response_alg: alg })
      const jwt = await new provider.IdToken({ sub: 'alice' }, { client }).issue({
        use: 'idtoken',
        expiresAt: 1,
      })
      const { payload, header } = await provider.IdToken.validate(jwt, client)

      expect(payload).to.include({ iss: provider.issuer, aud: 'web', sub: 'alice', exp: 1 })
      expect(header).to.include({ alg })
    })
  }

  it('F296 one that is of another client, changed, signed in another way, or about nobody is refused', async () => {
    const { provider, client } = await start()
    const other = await start({ id_token_signed_response_alg: 'PS256' })
    const issue = ({ provider: by, client: to }: typeof other, claims: object = { sub: 'alice' }) =>
      new by.IdToken({ ...claims }, { client: to }).issue({ use: 'idtoken' })
    const failureOf = (jwt: string) =>
      provider.IdToken.validate(jwt, client).then(String, (error: unknown) => String(error))
    const own = await issue({ ...other, provider, client })
    const [header = '', , signature = ''] = own.split('.')
    const payload = Buffer.from(JSON.stringify({ ...jwtPayload(own), sub: 'bob' })).toString('base64url')

    expect(await failureOf(`${header}.${payload}.${signature}`)).to.include('signature')
    expect(await failureOf(await issue(other))).to.include('not signed with RS256')
    expect(await failureOf(await issue({ ...other, provider, client }, {}))).to.include('names no subject')
    const foreign = new provider.IdToken({ sub: 'alice' }, { client })
    foreign.set('aud', 'other')
    expect(jwtPayload(await foreign.issue({ use: 'idtoken' }))['aud']).to.equal('web')
  })

  it('F296 one of another issuer, or for another client, is refused though the key is the same', async () => {
    const { provider, client } = await start()
    const elsewhere = await startProvider({ clients: [WEB_CLIENT, { ...WEB_CLIENT, client_id: 'second' }] })
    const [web, second] = await Promise.all(['web', 'second'].map((id) => elsewhere.provider.Client.find(id)))
    if (web === undefined || second === undefined) throw new Error('no client')
    const issue = (to: typeof web) =>
      new elsewhere.provider.IdToken({ sub: 'alice' }, { client: to }).issue({ use: 'idtoken' })
    const failureOf = (pending: Promise<unknown>) => pending.then(String, (error: unknown) => String(error))

    expect(await failureOf(provider.IdToken.validate(await issue(web), client))).to.include('another issuer')
    expect(await failureOf(elsewhere.provider.IdToken.validate(await issue(second), web))).to.include(
      'another client',
    )
  })

  it('F296 refuses to be made for nobody', async () => {
    const { provider } = await start()

    expect(() => new provider.IdToken({ sub: 'alice' })).to.throw(TypeError, 'client')
  })

  it('F291 provider.Claims masks an account’s claims', async () => {
    const { provider, client } = await start({ subject_type: 'pairwise' })
    const claims = new provider.Claims(ALICE, { client })
    claims.scope('openid profile')
    claims.mask({ email: null })
    claims.rejected(['nickname'])
    claims.rejected(['secret'])

    expect(await claims.result()).to.deep.equal({
      sub: 'alice for web',
      name: 'Alice',
      email: 'alice@example.com',
    })
  })
})
