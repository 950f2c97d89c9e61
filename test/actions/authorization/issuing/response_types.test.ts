import { expect } from 'chai'
import { memoryAdapter } from '../../../../lib/adapters/memory.ts'
import { errors } from '../../../../lib/index.ts'
import type { ResponseType } from '../../../../types/client.ts'
import type { Configuration } from '../../../../types/configuration.ts'
import {
  type Answer,
  EVERYTHING,
  HYBRID_CLIENT,
  halfHash,
  RESPONSE_TYPES,
  request,
  verifyIdToken,
} from '../../../support/authorization_answer.ts'
import { startClock, stopClock } from '../../../support/clock.ts'
import { countingAdapter } from '../../../support/counting_adapter.ts'
import {
  ACCOUNT,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
} from '../../../support/start_provider.ts'

const WAYS: Readonly<Record<string, Answer['way']>> = {
  query: 'query',
  fragment: 'fragment',
  form_post: 'form',
  web_message: 'message',
}
const WITH_MESSAGES: Configuration = {
  ...EVERYTHING,
  features: { webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' } },
}
/** What each response type brings besides `state`. */
const MEMBERS: Readonly<Record<ResponseType, readonly string[]>> = {
  code: ['code', 'iss'],
  id_token: ['id_token'],
  'id_token token': ['access_token', 'token_type', 'expires_in', 'scope', 'id_token'],
  'code id_token': ['code', 'id_token'],
  'code token': ['code', 'access_token', 'token_type', 'expires_in', 'scope', 'iss'],
  'code id_token token': ['code', 'access_token', 'token_type', 'expires_in', 'scope', 'id_token'],
  none: ['iss'],
}
const isFrontChannel = (type: string) => /token/.test(type)
const targetOf = (mode: string) => (mode === 'web_message' ? new URL(REDIRECT_URI).origin : REDIRECT_URI)

/** Rows of the documented surface. */
const SURFACE: Readonly<Record<string, string>> = {
  code: 'F215',
  id_token: 'F216',
  'id_token token': 'F217',
  'code id_token': 'F218',
  'code token': 'F219',
  'code id_token token': 'F220',
  none: 'F221',
}

describe('response types and modes (OAuth 2.0 Multiple Response Type Encoding Practices 1.0)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  for (const type of RESPONSE_TYPES) {
    for (const [mode, way] of Object.entries(WAYS)) {
      if (mode === 'query' && isFrontChannel(type)) {
        it(`A40 A078 "${type}" refuses response_mode=query, in the fragment (§3, §5)`, async () => {
          const op = await startProvider(WITH_MESSAGES)

          const answer = await request(op, {
            response_type: type,
            response_mode: mode,
            nonce: 'n',
            state: 's',
          })

          expect(answer.way).to.equal('fragment')
          expect(answer.members).to.include({ error: 'invalid_request', state: 's', iss: op.issuer })
        })
        continue
      }

      it(`"${type}" answers an error by ${mode}`, async () => {
        const op = await startProvider(WITH_MESSAGES)

        const answer = await request(op, {
          response_type: type,
          response_mode: mode,
          prompt: 'none',
          nonce: 'n',
          state: 's',
        })

        expect({ way: answer.way, to: answer.to }).to.deep.equal({ way, to: targetOf(mode) })
        expect(answer.members).to.deep.equal({
          error: 'login_required',
          error_description: 'End-User authentication is required',
          state: 's',
          iss: op.issuer,
        })
        expect(answer.status).to.equal(way === 'form' || way === 'message' ? 400 : 303)
      })

      it(`${SURFACE[type]} "${type}" answers by ${mode}`, async () => {
        const op = await startProvider(WITH_MESSAGES)

        const answer = await request(op, { response_type: type, response_mode: mode, nonce: 'n', state: 's' })

        expect(op.serverErrors).to.deep.equal([])
        expect({ way: answer.way, to: answer.to }).to.deep.equal({ way, to: targetOf(mode) })
        expect(Object.keys(answer.members)).to.have.members([...MEMBERS[type], 'state'])
        expect(answer.status).to.equal(way === 'form' || way === 'message' ? 200 : 303)
        await checkMembers(op, answer.members)
      })
    }

    it(`A078 "${type}" without response_mode takes the ${isFrontChannel(type) ? 'fragment' : 'query'}`, async () => {
      stopClock()
      const op = await startProvider(EVERYTHING)

      const answer = await request(op, { response_type: type, nonce: 'n' })

      expect(answer.way).to.equal(isFrontChannel(type) ? 'fragment' : 'query')
    })
  }

  /** Everything in a response is what it says it is. */
  async function checkMembers(op: RunningProvider, members: Record<string, string>): Promise<void> {
    const { access_token: accessToken, code, id_token: idToken, state } = members
    if (accessToken !== undefined) {
      expect(members['token_type']).to.equal('Bearer')
      expect(Number(members['expires_in'])).to.equal(3600)
      expect(members['scope']).to.equal('openid')
      expect((await op.userinfo(accessToken)).body).to.deep.equal({ sub: ACCOUNT })
    }
    if (idToken === undefined) return
    const claims = await verifyIdToken(op, idToken)
    expect(claims).to.include({ sub: ACCOUNT, nonce: 'n' })
    expect(claims['at_hash']).to.equal(accessToken === undefined ? undefined : halfHash(accessToken))
    expect(claims['c_hash']).to.equal(code === undefined ? undefined : halfHash(code))
    expect(claims['s_hash']).to.equal(halfHash(state))
  }

  for (const type of RESPONSE_TYPES.filter((name) => name.includes('code'))) {
    it(`the code of "${type}" is exchanged for an ID Token with the same sub and nonce`, async () => {
      const op = await startProvider(EVERYTHING)
      const { members, verifier } = await request(op, { response_type: type, nonce: 'n' })

      const { status, body } = await op.exchange(members['code'] ?? '', verifier)

      expect(status).to.equal(200)
      const claims = await verifyIdToken(op, body['id_token'])
      expect(claims).to.include({ sub: ACCOUNT, nonce: 'n', at_hash: halfHash(body['access_token']) })
      expect(claims).to.not.have.any.keys('c_hash', 's_hash')
    })
  }

  it('O5 s_hash covers a state that is not ASCII, and is left out without a state (FAPI 1.0 Advanced §5.2.2.1)', async () => {
    const op = await startProvider(EVERYTHING)

    const said = await request(op, { response_type: 'id_token', nonce: 'n', state: 'žluť' })
    const silent = await request(op, { response_type: 'id_token', nonce: 'n' })

    expect(said.members['state']).to.equal('žluť')
    expect(await verifyIdToken(op, said.members['id_token'])).to.include({ s_hash: halfHash('žluť') })
    expect(await verifyIdToken(op, silent.members['id_token'])).to.not.have.property('s_hash')
  })

  it('F221 none issues and stores neither code nor token (§4)', async () => {
    const storage = countingAdapter(memoryAdapter())
    const op = await startProvider({ ...EVERYTHING, adapter: storage.adapter })

    const { members } = await request(op, { response_type: 'none', state: 's' })

    expect(members).to.deep.equal({ state: 's', iss: op.issuer })
    const written = JSON.stringify(storage.calls.filter(({ name }) => name === 'commit'))
    expect(written).to.not.match(/"model":"(AuthorizationCode|AccessToken|RefreshToken)"/)
  })

  it('everything is written in one commit, with the grant still there', async () => {
    const storage = countingAdapter(memoryAdapter())
    const op = await startProvider({ ...EVERYTHING, adapter: storage.adapter })
    const { agent } = await request(op, { response_type: 'none' })
    storage.reset()

    const { members } = await request(op, { response_type: 'code id_token token', nonce: 'n' }, agent)

    expect(members).to.include.keys('code', 'access_token', 'id_token')
    expect(storage.calls.filter(({ name }) => name === 'commit')).to.have.length(1)
  })

  it('F325 A071 an error class whose prototype forbids it is rendered, not redirected', async () => {
    const op = await startProvider(EVERYTHING)
    errors.LoginRequired.prototype.allow_redirect = false
    try {
      const answer = await request(op, { prompt: 'none' })

      expect({ way: answer.way, status: answer.status }).to.deep.equal({ way: 'page', status: 400 })
      expect(answer.html).to.include('login_required')
    } finally {
      errors.LoginRequired.prototype.allow_redirect = true
    }
  })

  it('F235 A74 A072 iss tells whose answer it is, unless an ID Token does (RFC 9207 §2)', async () => {
    const op = await startProvider(EVERYTHING)

    const code = await request(op, { response_type: 'code' })
    const hybrid = await request(op, { response_type: 'code id_token', nonce: 'n' })
    const failed = await request(op, { response_type: 'code id_token', prompt: 'none', nonce: 'n' })

    expect(code.members['iss']).to.equal(op.issuer)
    expect(hybrid.members).to.not.have.property('iss')
    expect(failed.members['iss']).to.equal(op.issuer)
  })

  it('A094 every redirect is 303', async () => {
    const op = await startProvider(EVERYTHING)
    const agent = op.agent()

    const first = await agent.get(op.authorizationUrl({ response_type: 'none' }))
    const last = await agent.follow(first)

    expect([first.status, last.status]).to.deep.equal([303, 303])
    for (const answer of [first, last]) {
      expect(answer.headers.get('content-type')).to.equal('text/plain; charset=utf-8')
      expect(await answer.text()).to.equal('')
    }
  })

  it('F009 tells listeners what was answered', async () => {
    const op = await startProvider(EVERYTHING)
    const told = op.next('authorization.success')

    const { members } = await request(op, { state: 's' })

    expect((await told)[1]).to.deep.equal(members)
  })

  it('A117 an access token from the front channel ends with the session it comes from', async () => {
    const op = await startProvider(EVERYTHING)
    const { members } = await request(op, { response_type: 'id_token token', nonce: 'n' })
    const token = await op.provider.AccessToken.find(members['access_token'] ?? '')
    const before = await op.userinfo(members['access_token'])

    const session = await op.provider.Session.findByUid(token?.sessionUid ?? '')
    await session?.destroy()

    expect(before.status).to.equal(200)
    expect(token?.expiresWithSession).to.equal(true)
    expect((await op.userinfo(members['access_token'])).status).to.equal(401)
  })

  it('A117 F310 a host may let it outlive the session, of which it knows all the same', async () => {
    const op = await startProvider({ ...EVERYTHING, expiresWithSession: () => false })
    const { members } = await request(op, { response_type: 'id_token token', nonce: 'n' })

    const token = await op.provider.AccessToken.find(members['access_token'] ?? '')

    expect(token).to.include({ gty: 'implicit' })
    const session = await op.provider.Session.findByUid(token?.sessionUid ?? '')
    await session?.destroy()

    expect(session?.accountId).to.equal('alice')
    expect(token?.expiresWithSession).to.equal(undefined)
    expect((await op.userinfo(members['access_token'])).status).to.equal(200)
  })

  it('A084 a token from the front channel is for the one resource that was asked for (RFC 8707 §2)', async () => {
    const resource = 'https://api.example.com/'
    const op = await startProvider({
      ...EVERYTHING,
      features: {
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({ scope: 'read write', audience: 'api' }),
        },
      },
    })

    const { members } = await request(op, {
      response_type: 'id_token token',
      scope: 'openid email read',
      nonce: 'n',
      resource,
    })

    const token = await op.provider.AccessToken.find(members['access_token'] ?? '')
    expect(token).to.include({ aud: 'api', scope: 'read' })
    expect(members['scope']).to.equal('read')
    // The token does not open the userinfo endpoint, so its claims are here (OpenID Connect Core 1.0 §5.4).
    expect(await verifyIdToken(op, members['id_token'])).to.include({ email: 'alice@example.com' })
  })

  describe('A136 claims of scopes in ID Tokens (OpenID Connect Core 1.0 §5.4)', () => {
    const scope = 'openid email'
    const emailOf = async (op: RunningProvider, type: string) => {
      const { members } = await request(op, { response_type: type, scope, nonce: 'n' })
      return (await verifyIdToken(op, members['id_token']))['email']
    }

    for (const [type, conform, userinfo, expected] of [
      ['id_token', true, true, true],
      ['id_token token', true, true, false],
      ['code id_token', true, true, false],
      ['code id_token token', true, true, false],
      ['id_token token', false, true, true],
      ['code id_token', false, true, true],
      ['code id_token', true, false, true],
    ] as const) {
      const title = `"${type}", conformIdTokenClaims ${conform}, userinfo ${userinfo ? 'on' : 'off'}`
      it(`${title}: ${expected ? 'they are there' : 'they are left to the userinfo endpoint'}`, async () => {
        const op = await startProvider({
          ...EVERYTHING,
          conformIdTokenClaims: conform,
          features: { userinfo: { enabled: userinfo } },
        })

        expect(await emailOf(op, type)).to.equal(expected ? 'alice@example.com' : undefined)
      })
    }
  })

  it('A137 an ID Token has one audience and no azp, and says how the end-user authenticated (§2)', async () => {
    const op = await startProvider(
      { ...EVERYTHING, acrValues: ['gold'] },
      {
        interact: async (provider, prompt, { clientId, scope }) => {
          if (prompt === 'login')
            return { login: { accountId: ACCOUNT, acr: 'gold', amr: ['pwd'], ts: 1000 } }
          const grant = new provider.Grant({ accountId: ACCOUNT, clientId })
          grant.addOIDCScope(scope.join(' '))
          return { consent: { grantId: await grant.save() } }
        },
      },
    )

    const { members } = await request(op, { response_type: 'id_token', nonce: 'n' })

    const claims = await verifyIdToken(op, members['id_token'])
    expect(claims).to.deep.include({ aud: 'web', acr: 'gold', amr: ['pwd'], auth_time: 1000 })
    expect(claims).to.not.have.property('azp')
  })

  it('O7 claims of an account do not replace what binds an ID Token to its request', async () => {
    const forged = {
      iss: 'x',
      aud: 'x',
      azp: 'x',
      exp: 1,
      iat: 1,
      nbf: 9e9,
      nonce: 'x',
      at_hash: 'x',
      c_hash: 'x',
      s_hash: 'x',
    }
    const op = await startProvider({
      ...EVERYTHING,
      claims: { openid: Object.keys(forged) },
      findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...forged }) }),
    })

    const { members, verifier } = await request(op, { response_type: 'code id_token', nonce: 'n' })
    const { body } = await op.exchange(members['code'] ?? '', verifier)

    for (const idToken of [members['id_token'], body['id_token']]) {
      const claims = await verifyIdToken(op, idToken)
      expect(claims).to.include({ nonce: 'n' })
      expect(Object.values(claims)).to.not.include('x')
      expect(claims).to.not.have.property('nbf')
    }
  })

  it('a response type the client did not register is refused (RFC 6749 §4.1.2.1)', async () => {
    const op = await startProvider({
      ...EVERYTHING,
      clients: [{ ...HYBRID_CLIENT, response_types: ['code'] }],
    })

    const { members, way } = await request(op, { response_type: 'id_token token', nonce: 'n' })

    expect(way).to.equal('fragment')
    expect(members['error']).to.equal('unauthorized_client')
  })
})
