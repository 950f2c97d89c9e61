import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { adviceFor } from '../../lib/development/desk/advice.ts'
import { desk } from '../../lib/development/desk/desk.ts'
import { ProcessClock } from '../../lib/development/desk/process_clock.ts'
import { forBrowser } from '../../lib/development/desk/shifted_times.ts'
import { startTestProvider, type TestProvider } from '../../lib/development/test_provider.ts'
import { errors } from '../../lib/index.ts'
import { rawRequest } from '../support/raw_request.ts'

describe('the desk of the development server', () => {
  let op: TestProvider
  beforeEach(async () => {
    op = await startTestProvider({}, desk(new ProcessClock(0)))
  })
  afterEach(() => op.stop())

  const ask = (task: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${op.issuer}/_test/${task}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const answer = async (task: string, body: unknown) => Object(await (await ask(task, body)).json())
  const page = async () => (await fetch(`${op.issuer}/`)).text()

  describe('the control API', () => {
    it('takes nothing that a page of another site can send without preflight (Fetch §3.2.2)', async () => {
      const sent = await ask('rotate_keys', {}, { 'content-type': 'text/plain' })
      expect(sent.status).to.equal(415)
    })

    it('answers no preflight request', async () => {
      const preflight = await fetch(`${op.issuer}/_test/mint`, {
        method: 'OPTIONS',
        headers: { origin: 'https://attacker.example', 'access-control-request-method': 'POST' },
      })
      expect(preflight.headers.get('access-control-allow-origin')).to.equal(null)
    })

    it('does not answer to a name that somebody else let lead here', async () => {
      const { status } = await rawRequest(
        op.issuer,
        `POST /_test/rotate_keys HTTP/1.1
Host: attacker.example
Content-Type: application/json
Content-Length: 2
Connection: close

{}`,
      )
      expect(status).to.equal(403)
    })

    it('says what is missing', async () => {
      expect((await answer('mint', { kind: 'IdToken' })).error).to.equal('client must be text')
      expect((await answer('mint', { kind: 'Cookie' })).error).to.contain('kind must be one of')
      expect((await answer('dance', {})).error).to.contain('log_in')
    })

    it('says why a login is refused', async () => {
      const refused = await answer('log_in', {
        user: 'alice',
        client: 'app',
        parameters: { redirect_uri: 'https://attacker.example/' },
      })
      expect(refused.error).to.contain('redirect_uri')
    })

    it('logs somebody in', async () => {
      const tokens = await answer('log_in', { user: 'alice', client: 'app', parameters: { nonce: 'n' } })
      expect(decodeJwt(tokens.id_token)).to.include({ sub: 'alice', nonce: 'n' })
    })

    it('mints, expires and revokes', async () => {
      const make = async () =>
        (await answer('mint', { kind: 'AccessToken', client: 'app', user: 'alice' })).token
      const status = async (token: string) =>
        (await fetch(`${op.issuer}/me`, { headers: { authorization: `Bearer ${token}` } })).status
      const [expiring, revoked] = [await make(), await make()]
      expect(await status(expiring)).to.equal(200)
      await answer('expire', { token: expiring })
      await answer('revoke', { token: revoked })
      expect([await status(expiring), await status(revoked)]).to.deep.equal([401, 401])
    })

    it('mints every kind of token (RFC 6749 §1.4, §1.5)', async () => {
      for (const kind of ['AccessToken', 'ClientCredentials', 'RefreshToken'] as const) {
        const { token } = await answer('mint', { kind, client: 'app', user: 'alice' })
        expect((await op.provider[kind].find(token))?.clientId, kind).to.equal('app')
      }
      const { token } = await answer('mint', { kind: 'IdToken', client: 'app', user: 'alice' })
      expect(decodeJwt(token)).to.include({ sub: 'alice', aud: 'app' })
    })

    it('mints with everything that is asked for (RFC 9068 §2.2)', async () => {
      const { token } = await answer('mint', {
        kind: 'AccessToken',
        client: 'app',
        user: 'alice',
        scope: 'read',
        audience: 'https://api.example.com',
        expires_in: 60,
        claims: { plan: 'gold' },
      })
      const { iat = 0, exp = 0, ...claims } = decodeJwt(token)
      expect(claims).to.include({ sub: 'alice', scope: 'read', aud: 'https://api.example.com', plan: 'gold' })
      expect(exp - iat).to.equal(60)
    })

    it('refuses what is of the wrong type, by name', async () => {
      const token = { kind: 'IdToken', client: 'app', user: 'alice' }
      for (const [task, body, error] of [
        ['mint', { ...token, claims: 'gold' }, /^claims must be an object$/],
        ['mint', { ...token, expires_in: '60' }, /^expires_in must be a number$/],
        ['mint', { ...token, scope: 1 }, /^scope must be text$/],
        ['log_in', { user: 'alice', client: 'app', parameters: [] }, /^parameters must be an object$/],
        [
          'fault',
          { path: '/jwks', kind: 'rust' },
          /^kind must be one of: slow, 503, wrong issuer, unknown kid, /,
        ],
      ] as const)
        expect((await answer(task, body)).error).to.match(error)
    })

    it('refuses a fault that could never happen', async () => {
      for (const kind of ['503', 'expired'])
        expect((await answer('fault', { path: '/nowhere', kind })).error).to.match(
          /^path must be one of: .*\/nowhere/,
        )
    })

    it('goes with an authorization request to its end (RFC 6749 §4.1.2)', async () => {
      const challenge = `code_challenge=${'a'.repeat(43)}&code_challenge_method=S256`
      const query = `client_id=app&response_type=code&scope=openid&redirect_uri=http://localhost/&${challenge}`
      const { url } = await answer('authorize', { url: `${op.issuer}/auth?${query}`, user: 'bob' })
      expect(url).to.match(/^http:\/\/localhost\/\?code=/)
    })

    it('has things fail as often as is asked for', async () => {
      for (const kind of [
        'slow',
        '503',
        'wrong issuer',
        'unknown kid',
        'tampered signature',
        'expired',
        'clock skew',
      ])
        expect(await answer('fault', { path: '/token', kind, seconds: 0 }), kind).to.deep.equal({})
      await answer('fault', { path: '/jwks', kind: '503', times: 2 })
      const statuses: number[] = []
      for (let count = 0; count < 3; count += 1) statuses.push((await fetch(`${op.issuer}/jwks`)).status)
      expect(statuses).to.deep.equal([503, 503, 200])
    })

    it('has clocks differ by what is asked for', async () => {
      const iatAfter = async (seconds: number) => {
        await answer('fault', { path: '/token', kind: 'clock skew', seconds })
        const { id_token } = await answer('log_in', { user: 'alice', client: 'app' })
        return (decodeJwt(id_token).iat ?? 0) - Date.now() / 1000
      }

      expect(await iatAfter(4000)).to.be.within(3900, 4000)
      expect(await iatAfter(9000)).to.be.within(8900, 9000)
    })

    it('rotates keys, changes users and has things fail', async () => {
      const { kid } = await answer('rotate_keys', {})
      const { keys } = Object(await (await fetch(`${op.issuer}/jwks`)).json())
      expect(keys[0].kid).to.equal(kid)
      await answer('change_user', { sub: 'carol', claims: { name: 'Carol' } })
      expect(op.users.get('carol')).to.deep.equal({ name: 'Carol' })
      await answer('fault', { path: '/jwks', kind: '503' })
      expect((await fetch(`${op.issuer}/jwks`)).status).to.equal(503)
    })
  })

  describe('its clock', () => {
    afterEach(() => answer('set_clock', { offset: 0 }))

    it('goes ahead and back again, and its answers say so (RFC 9110 §6.6.1)', async () => {
      const { now } = await answer('set_clock', { offset: 86_400 })
      const said = Date.parse((await fetch(`${op.issuer}/jwks`)).headers.get('date') ?? '')
      const { now: back } = await answer('set_clock', { offset: 0 })
      expect(now - back).to.be.within(86_400 - 60, 86_400)
      expect(said / 1000 - back).to.be.within(86_400 - 60, 86_400)
    })

    it('leaves cookies as long as they would be without it, and those that are gone gone (RFC 6265 §5.2.1)', async () => {
      const cookie = 'session=1; path=/; expires=Thu, 01 Jan 1970 00:00:00 GMT; httponly'
      const ends = async () => {
        const query = `client_id=app&response_type=code&scope=openid&redirect_uri=http://localhost/&code_challenge_method=S256&code_challenge=${'a'.repeat(43)}`
        const { headers } = await fetch(`${op.issuer}/auth?${query}`, { redirect: 'manual' })
        return headers.getSetCookie().map((line) => Date.parse(/expires=([^;]+)/i.exec(line)?.[1] ?? ''))
      }
      const [before] = await ends()
      await answer('set_clock', { offset: -864_000 })
      const [after] = await ends()
      expect(Math.abs((after ?? 0) - (before ?? 0))).to.be.below(60_000)
      expect(forBrowser(cookie, 60)).to.equal(cookie)
    })

    it('is no number of text', async () => {
      expect(await answer('set_clock', { offset: '60' })).to.deep.equal({ error: 'offset must be a number' })
    })
  })

  describe('the live page', () => {
    it('says what to do as long as nothing has happened', async () => {
      expect(await page())
        .to.contain('Nothing yet. Send an authorization request.')
        .and.not.contain('<ul>')
      await op.logIn('alice', 'app')
      expect(await page())
        .to.contain('<ul>')
        .and.not.contain('Nothing yet')
    })

    it('says why something was refused', async () => {
      await op.logIn('alice', 'app', { redirect_uri: 'https://attacker.example/' }).catch(() => undefined)
      const shown = await page()
      expect(shown).to.contain('app wants to log somebody in: refused')
      expect(shown).to.contain('invalid_redirect_uri')
    })

    it('says at which endpoint something was refused', async () => {
      const body = new URLSearchParams({ token: 'nothing' })
      await fetch(`${op.issuer}/me`, { headers: { authorization: 'Bearer nothing' } })
      await fetch(`${op.issuer}/token/introspection`, { method: 'POST', body })
      await fetch(`${op.issuer}/token/revocation`, { method: 'POST', body })
      await fetch(`${op.issuer}/session/end?id_token_hint=nothing`)
      const shown = await page()

      for (const wish of [
        'wants claims at UserInfo',
        'asks what a token says',
        'revokes a token',
        'wants to log somebody out',
      ])
        expect(shown).to.contain(`${wish}: refused`)
    })

    it('says what to do about it', async () => {
      const body = new URLSearchParams({ client_id: 'app', grant_type: 'authorization_code', code: 'used' })
      await fetch(`${op.issuer}/token`, { method: 'POST', body })
      expect(await page())
        .to.contain('Use each code and refresh token once')
        .and.not.contain('Accepted:')
    })

    it('names its reason, the rule, and what would be accepted (RFC 6749 §5.2)', async () => {
      const body = new URLSearchParams({ client_id: 'app', grant_type: 'nothing' })
      await fetch(`${op.issuer}/token`, { method: 'POST', body })
      expect(await page())
        .to.contain('Accepted: authorization_code, ')
        .and.to.contain('(token_request.grant_type_unsupported, RFC 6749 §5.2)')
    })

    it('has something to say about every error that applications cause (RFC 6749 §5.2)', () => {
      const { OIDCProviderError: _any, CustomOIDCProviderError: _hosts, ...ours } = errors
      const codes = Object.values(ours).map((Failure) => Object(Reflect.construct(Failure, [''])).error)
      expect(codes.filter((code) => adviceFor(code) === undefined)).to.deep.equal([])
    })

    it('shows a login in words with its claims, and neither codes nor opaque tokens', async () => {
      const tokens = await op.logIn('alice', 'app')
      const shown = await page()
      expect(shown).to.contain('the login screen is shown')
      expect(shown).to.contain('app is told that alice logged in, and gets: code')
      expect(shown).to.contain('app gets tokens for authorization_code')
      expect(shown).to.contain('&quot;sub&quot;: &quot;alice&quot;')
      expect(shown).not.to.contain(tokens.access_token)
      expect(shown).not.to.contain(tokens.id_token)
    })

    it('goes on after keys were rotated, and stands still when it is paused', async () => {
      op.rotateKeys()
      await op.logIn('bob', 'app')
      expect(await page()).to.contain('told that bob logged in')
      expect(await page()).to.contain('http-equiv="refresh"')
      expect(await (await fetch(`${op.issuer}/?paused=`)).text()).not.to.contain('http-equiv')
    })

    it('escapes what clients call themselves', async () => {
      await op.logIn('alice', '<script>').catch(() => undefined)
      const query = new URLSearchParams({ client_id: '<script>alert(1)</script>' })
      await fetch(`${op.issuer}/auth?${query}`)
      expect(await page()).not.to.contain('<script>alert')
    })
  })
})
