import { expect } from 'chai'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import * as client from 'openid-client'
import {
  startTestProvider,
  type TestProvider,
  type TestProviderOptions,
} from '../../lib/development/testing.ts'
import { Users } from '../../lib/development/users.ts'
import { Provider } from '../../lib/index.ts'
import { UserAgent } from '../support/user_agent.ts'

const CALLBACK = 'http://127.0.0.1:4711/callback'
const PUBLIC = { client_id: 'listed', token_endpoint_auth_method: 'none' } as const

/** What was thrown, as text. */
const thrownBy = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'nothing was thrown',
    (error: unknown) => String(error),
  )

describe('openid-provider/testing', () => {
  const running: TestProvider[] = []

  async function start(options?: TestProviderOptions): Promise<TestProvider> {
    const op = await startTestProvider(options)
    running.push(op)
    return op
  }

  afterEach(async () => {
    for (const op of running.splice(0)) await op.stop()
  })

  const discover = (op: TestProvider, id = 'any-app', secret?: string) =>
    client.discovery(
      new URL(op.issuer),
      id,
      undefined,
      secret === undefined ? client.None() : client.ClientSecretBasic(secret),
      { execute: [client.allowInsecureRequests] },
    )

  /** A login with openid-client, from its authorization URL to its tokens. */
  async function logInWithLibrary(op: TestProvider, params: Record<string, string> = {}) {
    const rp = await discover(op)
    const verifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(rp, {
      redirect_uri: CALLBACK,
      scope: 'openid email',
      nonce: 'n-1',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...params,
    })
    const callback = await op.authorize(url, 'alice')
    return client.authorizationCodeGrant(rp, callback, { pkceCodeVerifier: verifier, expectedNonce: 'n-1' })
  }

  const userinfo = (op: TestProvider, token: string) =>
    fetch(`${op.issuer}/me`, { headers: { authorization: `Bearer ${token}` } })

  describe('what it refuses', () => {
    it('does not start in production', async () => {
      const before = process.env['NODE_ENV']
      process.env['NODE_ENV'] = 'production'
      try {
        expect(await thrownBy(startTestProvider())).to.contain('NODE_ENV')
      } finally {
        if (before === undefined) delete process.env['NODE_ENV']
        else process.env['NODE_ENV'] = before
      }
    })

    it('a redirect_uri beyond this device (RFC 6749 §3.1.2.4)', async () => {
      const op = await start()
      for (const redirect_uri of [
        'https://attacker.example/cb',
        'http://attacker.example/cb',
        'http://127.0.0.1.attacker.example/cb',
        'https://127.0.0.1/cb',
        'http://127.0.0.1/cb#fragment',
      ])
        expect(await thrownBy(op.logIn('alice', 'any-app', { redirect_uri })), redirect_uri).to.contain(
          'redirect_uri',
        )
    })

    it('at other providers of the same process nothing changes (RFC 9700 §4.1.3)', async () => {
      await start()
      const other = new Provider('http://localhost', {
        clients: [{ client_id: 'web', client_secret: 's', redirect_uris: ['https://web.example/cb'] }],
        logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      })
      const web = await other.Client.find('web')
      expect(web?.redirectUriAllowed(CALLBACK)).to.equal(false)
      expect(await other.Client.find('any-app')).to.equal(undefined)
    })

    it('an unlisted client without PKCE (RFC 7636 §4.4.1)', async () => {
      const op = await start()
      const query = new URLSearchParams({
        client_id: 'app',
        response_type: 'code',
        scope: 'openid',
        redirect_uri: CALLBACK,
      })
      const answer = await op.authorize(`${op.issuer}/auth?${query}`, 'alice')
      expect(answer.searchParams.get('error')).to.equal('invalid_request')
    })

    it('an unlisted client where only listed ones are wanted', async () => {
      const op = await start({ anyClient: false })
      expect(await thrownBy(op.logIn('alice', 'stranger'))).to.contain('no client stranger')
    })

    it('somebody who is no user', async () => {
      const op = await start()
      expect(await thrownBy(op.logIn('mallory', 'app'))).to.contain('no such user')
    })

    it('a wrong secret of a listed client (RFC 6749 §5.2)', async () => {
      const op = await start({
        clients: [{ client_id: 'web', client_secret: 'right', redirect_uris: [CALLBACK] }],
      })
      const rp = await discover(op, 'web', 'wrong')
      const refused = await client.clientCredentialsGrant(rp).catch((error: unknown) => error)
      expect(Object(refused).status).to.equal(401)
    })
  })

  describe('what is misspelt', () => {
    const thrownOf = (act: () => void): string => {
      try {
        act()
        return 'nothing was thrown'
      } catch (error) {
        return String(error)
      }
    }
    /** As JavaScript has it, where nothing checks types. */
    const loose = (given: object) => JSON.parse(JSON.stringify(given))

    it('is refused as an option, with what was meant', async () => {
      expect(await thrownBy(startTestProvider(loose({ autologin: true })))).to.equal(
        'TypeError: startTestProvider does not know autologin, did you mean autoLogin?',
      )
      expect(await thrownBy(startTestProvider(loose({ zzz: 1 })))).to.contain(
        'does not know zzz, but port, host',
      )
    })

    it('is refused of a token to mint', async () => {
      const op = await start()
      for (const [request, error] of [
        [{ kind: 'Id', client: 'app' }, 'kind must be one of: IdToken, AccessToken, '],
        [{ kind: 'IdToken' }, 'client must be text'],
        [{ kind: 'IdToken', client: 'app', expiresIn: '60' }, 'expiresIn must be a number'],
        [
          { kind: 'IdToken', client: 'app', expires_in: 60 },
          'mint does not know expires_in, did you mean expiresIn?',
        ],
      ] as const)
        expect(await thrownBy(op.mint(loose(request)))).to.contain(`TypeError: ${error}`)
    })

    it('is refused of a fault', async () => {
      const op = await start()
      for (const [fault, error] of [
        [{ kind: 'nonsense' }, 'path must be text'],
        [{ path: '/token', kind: 'nonsense' }, 'kind must be one of: slow, 503, wrong issuer, '],
        [{ kind: 'expired' }, 'path must be text'],
        [{ path: '/token', kind: '503', time: 2 }, 'fault does not know time, did you mean times?'],
        [{ path: '/tokens', kind: '503' }, 'path must be one of: /'],
        [{ path: 'token', kind: 'slow' }, 'path must be one of: /'],
      ] as const)
        expect(thrownOf(() => op.fault(loose(fault)))).to.contain(`TypeError: ${error}`)
      expect(thrownOf(() => op.fault({ path: '/tokens', kind: 'slow' }))).to.match(
        /: .*\/token, .*; there is nothing at \/tokens$/,
      )
    })

    it('is refused of a fault that nothing is for in the answers there', async () => {
      const op = await start()
      for (const path of ['/auth', '/jwks', '/.well-known/openid-configuration', '/nowhere'])
        expect(thrownOf(() => op.fault({ path, kind: 'expired' }))).to.equal(
          `TypeError: path must be one of: /token, where expired is; ${path} has nothing like it`,
        )
      expect(thrownOf(() => op.fault({ path: '/jwks', kind: 'wrong issuer' }))).to.contain(
        'path must be one of: /token, /auth, /.well-known/openid-configuration, ',
      )
    })

    it('is no path with parts of its own, nor one at an issuer that has a path', async () => {
      const op = await start({ issuer: 'http://localhost/tenant' })

      op.fault({ path: '/auth/abc', kind: 'slow', seconds: 0 })
      op.fault({ path: '/token', kind: 'expired' })
    })
  })

  it('stops more than once', async () => {
    const op = await start()
    await op.stop()
    await op.stop()
    expect(await thrownBy(fetch(op.issuer))).to.contain('fetch failed')
  })

  describe('logging in', () => {
    it('a client that nobody registered logs in with openid-client (OpenID Connect Core 1.0 §3.1)', async () => {
      const op = await start()
      const tokens = await logInWithLibrary(op)
      expect(tokens.claims()).to.include({ iss: op.issuer, aud: 'any-app', sub: 'alice', nonce: 'n-1' })
      expect(await (await userinfo(op, tokens.access_token)).json()).to.deep.equal({
        sub: 'alice',
        email: 'alice@example.com',
        email_verified: true,
      })
    })

    it('logIn gives tokens without a browser (RFC 6749 §4.1)', async () => {
      const op = await start()
      const tokens = await op.logIn('bob', 'app', {
        scope: 'openid offline_access',
        prompt: 'consent',
        nonce: 'n',
      })
      expect(decodeJwt(tokens.id_token ?? '')).to.include({ sub: 'bob', nonce: 'n' })
      expect(tokens.refresh_token).to.be.a('string')
    })

    it('logIn authenticates a client with a secret (RFC 6749 §2.3.1)', async () => {
      const op = await start({
        clients: [{ client_id: 'web', client_secret: 'a:b c', redirect_uris: ['http://localhost/cb'] }],
      })
      expect((await op.logIn('alice', 'web')).token_type).to.equal('Bearer')
    })

    it('gives JWTs for its resource servers (RFC 8707 §2, RFC 9068)', async () => {
      const resource = 'https://api.example.com'
      const op = await start({
        resourceServers: { [resource]: { scope: 'read write', accessTokenFormat: 'jwt' } },
      })
      const { access_token: token } = await op.logIn('alice', 'app', { scope: 'openid read', resource })
      expect(decodeJwt(token)).to.include({ sub: 'alice', aud: resource, scope: 'read' })
    })

    it('an unlisted client is a public one that can refresh, whatever clients are by default (RFC 6749 §2.1, §6)', async () => {
      const op = await start({
        configuration: {
          clientDefaults: {
            response_types: ['id_token'],
            grant_types: ['implicit'],
            token_endpoint_auth_method: 'client_secret_basic',
          },
        },
      })
      const { refresh_token: token = '' } = await op.logIn('alice', 'app', {
        scope: 'openid offline_access',
        prompt: 'consent',
      })
      const renewed = await client.refreshTokenGrant(await discover(op, 'app'), token)

      expect(renewed.token_type).to.equal('bearer')
    })

    it('takes the login_hint of a user for a login where that is wanted, and that of nobody else (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
      const ask = async (op: TestProvider, login_hint: string) => {
        const agent = new UserAgent(op.issuer)
        const url = client.buildAuthorizationUrl(await discover(op), {
          redirect_uri: CALLBACK,
          scope: 'openid',
          login_hint,
          code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
          code_challenge_method: 'S256',
        })
        const screen = (await agent.get(url.href)).headers.get('location') ?? ''
        return (await agent.get(screen)).status
      }

      const op = await start({ autoLogin: true })

      expect([await ask(op, 'bob'), await ask(op, 'nobody')]).to.deep.equal([303, 200])
      expect(await ask(await start(), 'bob')).to.equal(200)
    })

    it('leads to what a client has registered, and says how long the token lives (RFC 6749 §3.1.2.3, §5.1)', async () => {
      const op = await start({ clients: [{ ...PUBLIC, redirect_uris: ['https://app.example.com/cb'] }] })
      const { expires_in } = await op.logIn('alice', 'listed', { redirect_uri: 'https://app.example.com/cb' })
      const refused = op.logIn('alice', 'listed', { redirect_uri: 'https://app.example.com/other' })

      expect(expires_in).to.equal(3600)
      expect(await thrownBy(refused)).to.contain('redirect_uri')
    })

    it('knows the claims of each scope, and nobody who is no user (OpenID Connect Core 1.0 §5.4)', () => {
      const people = new Users([['alice', { sub: 'alice', email: 'a@example.com', plan: 'gold' }]])

      expect(people.claimsByScope()).to.deep.equal({
        profile:
          'name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale updated_at'.split(
            ' ',
          ),
        email: ['email', 'email_verified'],
        address: ['address'],
        phone: ['phone_number', 'phone_number_verified'],
        openid: ['sub', 'plan'],
      })
      expect(people.account('nobody')).to.equal(undefined)
      people.set('bob', { name: 4711, preferred_username: 'bobby' })
      expect(['alice', 'bob', 'nobody'].map((sub) => people.nameOf(sub))).to.deep.equal([
        'alice',
        'bobby',
        'nobody',
      ])
      expect(people.account('alice')?.claims()).to.include({ sub: 'alice', plan: 'gold' })
    })

    it('has what applications ask beside a login (RFC 7662 §2, RFC 7009 §2)', async () => {
      const op = await start()
      const metadata = await (await fetch(`${op.issuer}/.well-known/openid-configuration`)).json()

      expect(metadata).to.include.keys('introspection_endpoint', 'revocation_endpoint', 'userinfo_endpoint')
      expect(metadata).to.have.property('grant_types_supported').that.includes('client_credentials')
    })

    it('registers clients, and forgets what was registered (RFC 7592 §2.3)', async () => {
      const op = await start({
        features: { registration: { enabled: true }, registrationManagement: { enabled: true } },
      })
      const answer = await fetch(`${op.issuer}/reg`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://app.example.com/cb'], client_name: 'Shop' }),
      })
      const { client_id: id, registration_client_uri: uri, ...own } = Object(await answer.json())
      const headers = { authorization: `Bearer ${own.registration_access_token}` }
      const nameOf = async () => (await op.provider.Client.find(id))?.clientName

      expect([answer.status, await nameOf()]).to.deep.equal([201, 'Shop'])
      expect((await fetch(uri, { method: 'DELETE', headers })).status).to.equal(204)
      expect(await nameOf()).to.equal(undefined)
    })

    it('logs in at an issuer that is https elsewhere, and complains of nothing', async () => {
      const told: string[] = []
      const tell = (message: string) => void told.push(message)
      const op = await start({
        issuer: 'https://op.example.com',
        configuration: { logger: { info: tell, warn: tell, error: tell } },
      })

      expect(decodeJwt((await op.logIn('alice', 'app')).id_token ?? '').iss).to.equal(
        'https://op.example.com',
      )
      expect(told.filter((message) => message.includes('plain http'))).to.deep.equal([])
    })

    it('serves an issuer with a path', async () => {
      const first = await start()
      const { port } = new URL(first.issuer)
      await first.stop()
      running.splice(0)
      const op = await start({ port: Number(port), issuer: `http://localhost:${port}/tenant` })
      expect((await logInWithLibrary(op)).claims()?.iss).to.equal(op.issuer)
    })
  })

  describe('tokens as tests want them', () => {
    it('mints ID Tokens that its keys verify, with any claim (OpenID Connect Core 1.0 §2)', async () => {
      const op = await start()
      const token = await op.mint({ kind: 'IdToken', client: 'app', user: 'alice', claims: { acr: 'gold' } })
      const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(`${op.issuer}/jwks`)), {
        issuer: op.issuer,
        audience: 'app',
      })
      expect(payload).to.include({ sub: 'alice', acr: 'gold' })
    })

    it('mints access tokens that work, and refresh tokens that do (RFC 6749 §6)', async () => {
      const op = await start()
      const access = await op.mint({ kind: 'AccessToken', client: 'app', user: 'alice' })
      expect((await userinfo(op, access)).status).to.equal(200)
      const refresh = await op.mint({
        kind: 'RefreshToken',
        client: 'app',
        user: 'alice',
        scope: 'openid offline_access',
      })
      const renewed = await client.refreshTokenGrant(await discover(op, 'app'), refresh)
      expect((await userinfo(op, renewed.access_token)).status).to.equal(200)
    })

    it('mints opaque tokens with any claim, and refresh tokens whatever audience is named', async () => {
      const op = await start()
      const token = { client: 'app', user: 'alice', claims: { plan: 'gold' } } as const
      const access = await op.provider.AccessToken.find(await op.mint({ kind: 'AccessToken', ...token }))
      const own = await op.provider.ClientCredentials.find(
        await op.mint({ kind: 'ClientCredentials', ...token }),
      )
      const refresh = await op.mint({ kind: 'RefreshToken', ...token, audience: 'https://api.example.com' })

      expect([access?.extra, own?.extra]).to.deep.equal([{ plan: 'gold' }, { plan: 'gold' }])
      expect(await op.provider.RefreshToken.find(refresh)).to.include({ accountId: 'alice' })
    })

    it('mints JWT access tokens that have expired (RFC 9068 §2.2)', async () => {
      const op = await start()
      const token = await op.mint({
        kind: 'AccessToken',
        client: 'app',
        user: 'alice',
        audience: 'https://api.example.com',
        expiresIn: -60,
      })
      expect(decodeProtectedHeader(token).typ).to.equal('at+jwt')
      expect(decodeJwt(token).exp).to.be.below(Date.now() / 1000)
    })

    it('expires an access token (RFC 6750 §3.1)', async () => {
      const op = await start()
      const { access_token: token } = await op.logIn('alice', 'app')
      const before = await op.provider.AccessToken.find(token)
      await op.expire(token)
      expect((await userinfo(op, token)).status).to.equal(401)
      const after = await op.provider.AccessToken.find(token, { ignoreExpiration: true })
      expect(after).to.include({ accountId: 'alice', clientId: 'app', grantId: before?.grantId ?? '' })
      expect(after?.exp).to.be.below(Date.now() / 1000)
    })

    it('revokes a refresh token with the access token beside it (RFC 7009 §2.1)', async () => {
      const op = await start()
      const tokens = await op.logIn('alice', 'app', { scope: 'openid offline_access', prompt: 'consent' })
      await op.revoke(tokens.refresh_token ?? '')
      expect((await userinfo(op, tokens.access_token)).status).to.equal(401)
    })

    it('revokes an access token and leaves the refresh token beside it (RFC 7009 §2.1)', async () => {
      const op = await start()
      const tokens = await op.logIn('alice', 'app', { scope: 'openid offline_access', prompt: 'consent' })
      await op.revoke(tokens.access_token)
      const renewed = await client.refreshTokenGrant(await discover(op, 'app'), tokens.refresh_token ?? '')

      expect((await userinfo(op, tokens.access_token)).status).to.equal(401)
      expect((await userinfo(op, renewed.access_token)).status).to.equal(200)
    })

    it('says that a signed token cannot be taken back', async () => {
      const op = await start()
      const token = await op.mint({ kind: 'IdToken', client: 'app', user: 'alice' })
      expect(await thrownBy(op.expire(token))).to.contain('no such token is stored')
    })

    it('changes somebody, with claims that nobody had before', async () => {
      const op = await start()
      op.changeUser('carol', { email: 'carol@example.com', department: 'tests' })
      const { access_token: token } = await op.logIn('carol', 'app', { scope: 'openid email' })
      expect(await (await userinfo(op, token)).json()).to.deep.equal({
        sub: 'carol',
        email: 'carol@example.com',
        department: 'tests',
      })
    })
  })

  describe('keys', () => {
    it('are the same for the same seed, and others for another (RFC 7638)', async () => {
      const kidOf = async (seed: string) => {
        const op = await start({ seed })
        return decodeProtectedHeader(await op.mint({ kind: 'IdToken', client: 'app' })).kid
      }
      const kid = await kidOf('one')
      expect(await kidOf('one')).to.equal(kid)
      expect(await kidOf('two')).not.to.equal(kid)
    })

    it('say what they are for, and nothing of what is private (RFC 7517 §4.2, §4.4, RFC 7518 §6.3.1)', async () => {
      const op = await start()
      const { keys } = Object(await (await fetch(`${op.issuer}/jwks`)).json())

      expect(keys).to.have.length(1)
      expect(keys[0]).to.include({ kty: 'RSA', use: 'sig', alg: 'RS256' })
      expect(keys[0]).to.have.all.keys('kty', 'use', 'alg', 'kid', 'n', 'e')
    })

    it('rotate: new tokens have the new one, the former stays published, logins go on', async () => {
      const op = await start()
      const before = await op.logIn('alice', 'app')
      const kid = op.rotateKeys()
      const after = await op.logIn('alice', 'app')
      expect(decodeProtectedHeader(after.id_token ?? '').kid).to.equal(kid)
      const keys = createRemoteJWKSet(new URL(`${op.issuer}/jwks`))
      await jwtVerify(before.id_token ?? '', keys)
      await jwtVerify(after.id_token ?? '', keys)
      expect((await userinfo(op, before.access_token)).status).to.equal(200)
    })
  })

  describe('faults', () => {
    const refusals: readonly (readonly [
      kind: 'wrong issuer' | 'unknown kid' | 'tampered signature' | 'expired' | 'clock skew',
      code: string,
    ])[] = [
      ['wrong issuer', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
      ['unknown kid', 'ERR_JWKS_NO_MATCHING_KEY'],
      ['tampered signature', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'],
      ['expired', 'ERR_JWT_EXPIRED'],
      ['clock skew', 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ]
    for (const [kind, code] of refusals) {
      it(`one ID Token with ${kind}, and the next is right (OpenID Connect Core 1.0 §3.1.3.7)`, async () => {
        const op = await start()
        const verify = async () => {
          const { id_token: token = '' } = await op.logIn('alice', 'app')
          const keys = createRemoteJWKSet(new URL(`${op.issuer}/jwks`))
          return jwtVerify(token, keys, { issuer: op.issuer, maxTokenAge: 60 })
        }
        op.fault({ path: '/token', kind })
        expect(Object(await verify().catch((error: unknown) => error)).code).to.equal(code)
        expect((await verify()).payload.sub).to.equal('alice')
      })
    }

    it('clock skew is in every time of an ID Token, and as much as was asked for (OpenID Connect Core 1.0 §2)', async () => {
      const op = await start()
      const timesOf = async () => {
        const { id_token: token = '' } = await op.logIn('alice', 'app', { max_age: '3600' })
        const { iat = 0, exp = 0, auth_time } = decodeJwt(token)
        return [iat, exp, Number(auth_time)]
      }
      op.fault({ path: '/token', kind: 'clock skew', seconds: 100_000 })
      const skewed = await timesOf()
      const right = await timesOf()

      for (const [index, time] of skewed.entries())
        expect(time - (right[index] ?? 0)).to.be.within(100_000 - 60, 100_000)
    })

    it('a JWT access token that is one still, of another issuer (RFC 9068 §2.1)', async () => {
      const resource = 'https://api.example.com'
      const op = await start({ resourceServers: { [resource]: { scope: 'read', accessTokenFormat: 'jwt' } } })
      op.fault({ path: '/token', kind: 'wrong issuer' })
      const { access_token: token } = await op.logIn('alice', 'app', { scope: 'openid read', resource })

      expect(decodeProtectedHeader(token)).to.include({ typ: 'at+jwt', alg: 'RS256' })
      expect(decodeJwt(token)).to.include({ iss: 'https://wrong-issuer.example', aud: resource })
    })

    it('waits for an answer that it can happen to', async () => {
      const op = await start()
      op.fault({ path: '/token', kind: 'expired' })
      const refused = await fetch(`${op.issuer}/token`, { method: 'POST', body: new URLSearchParams() })
      const { access_token: token } = await op.logIn('alice', 'app')

      expect(Object(await refused.json())).to.have.property('error')
      expect((await userinfo(op, token)).status).to.equal(401)
    })

    it('an authorization response of another issuer (RFC 9207 §2.4)', async () => {
      const op = await start()
      op.fault({ path: '/auth', kind: 'wrong issuer' })
      const url = op.provider.pathFor('authorization')
      const request = new URL(
        `${op.issuer}${url}?client_id=app&response_type=code&scope=openid&redirect_uri=http://localhost/&code_challenge_method=S256&code_challenge=${'a'.repeat(43)}`,
      )
      const answers = [await op.authorize(request, 'alice'), await op.authorize(request, 'alice')]
      expect(answers.map(({ searchParams }) => searchParams.get('iss'))).to.deep.equal([
        'https://wrong-issuer.example',
        op.issuer,
      ])
    })

    it('an opaque access token that has ended already (RFC 6750 §3.1)', async () => {
      const op = await start()
      op.fault({ path: '/token', kind: 'expired' })
      const ask = async () => {
        const { access_token: token } = await op.logIn('alice', 'app')
        return (await fetch(`${op.issuer}/me`, { headers: { authorization: `Bearer ${token}` } })).status
      }
      expect([await ask(), await ask()]).to.deep.equal([401, 200])
    })

    it('a discovery document of another issuer (OpenID Connect Discovery 1.0 §4.3)', async () => {
      const op = await start()
      op.fault({ path: '/.well-known/openid-configuration', kind: 'wrong issuer' })
      expect(await thrownBy(discover(op))).to.contain('issuer')
      await discover(op)
    })

    it('503 as often as is wanted (RFC 9110 §15.6.4)', async () => {
      const op = await start()
      op.fault({ path: '/jwks', kind: '503', times: 2 })
      const answers: Response[] = []
      for (let time = 0; time < 3; time += 1) answers.push(await fetch(`${op.issuer}/jwks`))
      expect(answers.map(({ status }) => status)).to.deep.equal([503, 503, 200])
      expect(answers[0]?.headers.get('retry-after')).to.equal('1')
      expect(await answers[0]?.json()).to.deep.equal({ error: 'temporarily_unavailable' })
    })

    it('an answer that is slow', async () => {
      const op = await start()
      op.fault({ path: '/jwks', kind: 'slow', seconds: 30 })
      const slow = fetch(`${op.issuer}/jwks`, { signal: AbortSignal.timeout(200) })
      expect(await thrownBy(slow)).to.contain('TimeoutError')
      expect((await fetch(`${op.issuer}/jwks`)).status).to.equal(200)
    })
  })
})
