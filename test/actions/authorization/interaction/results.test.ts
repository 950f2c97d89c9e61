import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../../../lib/adapters/memory.ts'
import type { Configuration } from '../../../../lib/index.ts'
import { errors } from '../../../../lib/index.ts'
import type { InteractionResults } from '../../../../types/models.ts'
import { answerOf, ask, consent, logsIn, startScreens } from '../../../support/screens.ts'
import { stopProviders } from '../../../support/start_provider.ts'

const claimsOf = (jwt: unknown): Record<string, unknown> => ({
  ...Object(JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString())),
})

describe('interaction results (OpenID Connect Core 1.0 §3.1.2.3, §3.1.2.4)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  it('A102 interactionDetails tells what is asked for, of whom and on whose behalf', async () => {
    const { op, seen } = await startScreens({}, logsIn())

    await op.authorize({ state: 'st', login_hint: 'alice@example.com' })

    const [login, second] = seen
    expect(login?.prompt).to.deep.equal({
      name: 'login',
      reasons: ['no_session'],
      details: { login_hint: 'alice@example.com' },
    })
    expect(login?.params).to.include({ client_id: 'web', state: 'st', scope: 'openid' })
    expect(login?.returnTo).to.equal(`${op.origin}/auth/${login?.uid}`)
    expect(login?.session).to.include.keys('uid', 'cookie')
    expect(login?.session?.accountId).to.equal(undefined)
    expect(second?.prompt.name).to.equal('consent')
    expect(second?.prompt.reasons).to.deep.equal(['op_scopes_missing'])
    expect(second?.prompt.details).to.deep.equal({ missingOIDCScope: ['openid'] })
    expect(second?.session?.accountId).to.equal('alice')
    expect(second?.lastSubmission).to.deep.equal({ login: { accountId: 'alice' } })
  })

  it('A102 the cid is the same through all interactions of a request, the uid is not', async () => {
    const { op, seen } = await startScreens({}, logsIn())

    await op.authorize()

    expect(seen).to.have.length(2)
    expect(seen[0]?.cid).to.be.a('string').and.equal(seen[1]?.cid)
    expect(seen[0]?.uid).to.not.equal(seen[1]?.uid)
  })

  for (const [what, change, description] of [
    ['the cookie', (agent) => agent.clearCookies(), 'interaction session id cookie not found'],
  ] as const satisfies readonly [string, (agent: { clearCookies(): void }) => void, string][]) {
    it(`A104 interactionDetails throws SessionNotFound when ${what} is gone`, async () => {
      const { op, refused } = await startScreens({}, logsIn())
      const agent = op.agent()
      const screen = (await ask(op, agent)).headers.get('location') ?? ''
      change(agent)

      await agent.get(screen)

      const [error] = refused
      expect(error).to.be.instanceOf(errors.SessionNotFound).and.instanceOf(errors.InvalidRequest)
      expect(error).to.include({ status: 400, error_description: description })
    })
  }

  it('A104 it throws SessionNotFound when the interaction is gone', async () => {
    const { op, refused } = await startScreens({}, logsIn())
    const agent = op.agent()
    const screen = (await ask(op, agent)).headers.get('location') ?? ''
    await (await op.provider.Interaction.find(screen.slice(screen.lastIndexOf('/') + 1)))?.destroy()

    await agent.get(screen)

    expect(refused[0]).to.include({
      error_description: 'interaction session not found',
      error_detail: 'the interaction was finished or has expired',
    })
  })

  it('A104 it throws SessionNotFound when the session is gone', async () => {
    const { op, refused } = await startScreens({}, logsIn())
    const agent = op.agent()
    const screen = (await ask(op, agent)).headers.get('location') ?? ''
    await (await op.provider.Session.find(String(agent.cookies.get('_session')?.value)))?.destroy()

    await agent.get(screen)

    expect(refused[0]).to.include({ error_description: 'session not found' })
  })

  it('A104 it throws SessionNotFound when somebody else logged in meanwhile', async () => {
    const { op, refused } = await startScreens({}, logsIn())
    const { agent } = await op.authorize()
    const screen = (await ask(op, agent, { prompt: 'consent' })).headers.get('location') ?? ''
    const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
    session?.loginAccount({ accountId: 'bob' })
    await session?.persist()

    await agent.get(screen)

    expect(refused[0]).to.include({ error_description: 'session principal changed' })
  })

  for (const [what, configuration, told] of [
    [
      'its name, path, domain and attributes',
      {},
      /"_interaction" \(path=of the interaction, domain=host only, secure=false, sameSite=lax\)/,
    ],
    [
      'a configured domain and name',
      { cookies: { keys: ['k'], names: { interaction: 'own' }, short: { domain: 'example.com' } } },
      /"own" \(.*domain=example\.com/,
    ],
    [
      'a path that may not cover the screen',
      { cookies: { keys: ['k'], short: { path: '/elsewhere' } } },
      /likely remedy: the cookie is limited to the path \/elsewhere/,
    ],
    [
      'a secure cookie over plain http',
      { cookies: { keys: ['k'], short: { secure: true } } },
      /likely remedy: a secure cookie is not sent over plain http/,
    ],
    ['the browser otherwise', {}, /likely remedy: make sure that the interaction URL is under the path/],
  ] satisfies [string, Configuration, RegExp][]) {
    it(`A104 the detail of a missing cookie tells ${what}`, async () => {
      const { op, refused } = await startScreens(configuration, logsIn())

      await op.agent().get('/interaction/whatever')

      const [error] = refused
      expect(error).to.be.instanceOf(errors.SessionNotFound)
      if (!(error instanceof errors.SessionNotFound)) return
      expect(error.error_detail).to.match(told)
      expect(error.error_description).to.not.match(/remedy/)
    })
  }

  it('A105 interactionFinished sends the browser on with 303', async () => {
    const { op } = await startScreens({}, logsIn())
    const agent = op.agent()
    const screen = (await ask(op, agent)).headers.get('location') ?? ''

    const response = await agent.get(screen)

    expect(response.status).to.equal(303)
    expect(response.headers.get('location')).to.match(/\/auth\/[\w-]{22}$/)
  })

  for (const merges of [true, false]) {
    it(`A105 a step ${merges ? 'keeps' : 'forgets'} what the one before resolved when mergeWithLastSubmission is ${merges}`, async () => {
      const { op, seen } = await startScreens({}, logsIn(), { merges })
      const results: (InteractionResults | undefined)[] = []
      op.provider.on('interaction.saved', (interaction) => results.push(interaction.result))

      await op.authorize()

      const last = results.filter((result) => result !== undefined).at(-1)
      expect(seen).to.have.length(2)
      expect(Object.keys(last ?? {})).to.have.members(merges ? ['login', 'consent'] : ['consent'])
    })
  }

  it('A105 an error result forgets what the steps before resolved', async () => {
    const { op } = await startScreens({}, ({ prompt }) =>
      prompt.name === 'login' ? { login: { accountId: 'alice' } } : { error: 'access_denied' },
    )
    const results: (InteractionResults | undefined)[] = []
    op.provider.on('interaction.saved', (interaction) => results.push(interaction.result))

    const { answer } = await op.authorize()

    expect(results.at(-1)).to.deep.equal({ error: 'access_denied' })
    expect(answer.get('error')).to.equal('access_denied')
  })

  it('A106 acr, amr and the time of a login are told in the ID Token', async () => {
    const ts = Math.floor(Date.now() / 1000) - 100
    const { op } = await startScreens(
      { acrValues: ['gold'] },
      logsIn('alice', { acr: 'gold', amr: ['pwd', 'otp'], ts }),
    )

    const { body } = await op.login({ max_age: '1000' })

    expect(claimsOf(body['id_token'])).to.deep.include({ acr: 'gold', amr: ['pwd', 'otp'], auth_time: ts })
  })

  for (const remember of [true, false]) {
    it(`A106 the session cookie ${remember ? 'survives' : 'goes with'} the browser when remember is ${remember}`, async () => {
      const { op } = await startScreens({}, logsIn('alice', { remember }))

      const { agent } = await op.authorize()

      expect(agent.cookies.get('_session')?.attributes.has('expires')).to.equal(remember)
    })
  }

  for (const [error, told] of [
    ['access_denied', 'access_denied'],
    ['login_required', 'login_required'],
    ['my_own_code', 'my_own_code'],
  ] as const) {
    it(`A106 the error result ${error} goes to the client with its description`, async () => {
      const { op } = await startScreens({}, () => ({ error, error_description: 'because of that' }))

      const { answer } = await op.authorize({ state: 'st' })

      expect(answer.get('error')).to.equal(told)
      expect(answer.get('error_description')).to.equal('because of that')
      expect(answer.get('state')).to.equal('st')
    })
  }

  it('A108 a login as another account ends the session of the one before', async () => {
    let who = 'alice'
    const { op } = await startScreens({}, (interaction, provider) => logsIn(who)(interaction, provider))
    const { agent } = await op.authorize()
    const before = String(agent.cookies.get('_session')?.value)
    who = 'bob'
    const { code, verifier } = await op.authorize({ prompt: 'login' }, agent)

    const { body } = await op.exchange(code, verifier)

    expect(claimsOf(body['id_token'])['sub']).to.equal('bob')
    expect(await op.provider.Session.find(before)).to.equal(undefined)
  })

  it('A108 tokens of the account before end with its session', async () => {
    let who = 'alice'
    const { op } = await startScreens({}, (interaction, provider) => logsIn(who)(interaction, provider))
    const { agent, body } = await op.login()
    who = 'bob'

    await op.authorize({ prompt: 'login' }, agent)

    expect((await op.userinfo(body['access_token'])).status).to.equal(401)
  })

  it('A109 the session id is renewed at login, and the interaction is over', async () => {
    const { op, seen } = await startScreens({}, logsIn())
    const { agent } = await op.authorize()
    const before = String(agent.cookies.get('_session')?.value)

    await op.authorize({ prompt: 'login' }, agent)

    expect(agent.cookies.get('_session')?.value).to.not.equal(before)
    for (const { uid } of seen) expect(await op.provider.Interaction.find(uid)).to.equal(undefined)
  })

  it('A110 a prompt that was asked for is pending until the result has its key', async () => {
    const { op, seen } = await startScreens({}, logsIn())
    const { agent } = await op.authorize()
    seen.length = 0

    const { code } = await op.authorize({ prompt: 'login consent' }, agent)

    expect(seen.map(({ prompt }) => prompt.name)).to.deep.equal(['login', 'consent'])
    expect(seen.map(({ prompt }) => prompt.reasons)).to.deep.equal([['login_prompt'], ['consent_prompt']])
    expect(code).to.not.equal('')
  })

  it('F324 A111 loadExistingGrant may bring a saved grant, and nobody is asked', async () => {
    const { op, seen } = await startScreens(
      {
        loadExistingGrant: async ({ oidc }) => {
          const { provider, session, client } = oidc
          if (session?.accountId === undefined || client === undefined) return undefined
          const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId })
          grant.addOIDCScope('openid email')
          await grant.save()
          return grant
        },
      },
      logsIn(),
    )

    const { code } = await op.authorize()

    expect(code).to.not.equal('')
    expect(seen.map(({ prompt }) => prompt.name)).to.deep.equal(['login'])
  })

  it('A112 an end-user may consent to less: the rest is not asked for again and not issued', async () => {
    const { op, seen } = await startScreens(
      { claims: { email: ['email'], profile: ['name'] } },
      async (interaction, provider) => {
        if (interaction.prompt.name === 'login') return { login: { accountId: 'alice' } }
        const grant = new provider.Grant({ accountId: 'alice', clientId: 'web' })
        grant.addOIDCScope('openid email')
        grant.rejectOIDCScope('profile')
        return { consent: { grantId: await grant.save() } }
      },
    )
    const { code, verifier, agent } = await op.authorize({ scope: 'openid email profile' })
    const { body } = await op.exchange(code, verifier)

    const again = await ask(op, agent, { scope: 'openid email profile', prompt: 'none' })

    expect(body['scope']).to.equal('openid email')
    expect((await op.userinfo(body['access_token'])).body).to.deep.equal({
      sub: 'alice',
      email: 'alice@example.com',
    })
    expect(answerOf(again).get('code')).to.be.a('string')
    expect(seen).to.have.length(2)
  })

  it('A101 an end-user who rejects everything gets the client access_denied', async () => {
    const { op } = await startScreens({}, async ({ prompt }, provider) => {
      if (prompt.name === 'login') return { login: { accountId: 'alice' } }
      const grant = new provider.Grant({ accountId: 'alice', clientId: 'web' })
      grant.rejectOIDCScope('offline_access email')
      return { consent: { grantId: await grant.save() } }
    })

    const { answer } = await op.authorize({ scope: 'offline_access email', prompt: 'consent' })

    expect(answer.get('code')).to.equal(null)
    expect(answer.get('error')).to.equal('access_denied')
  })

  it('A112 a grant that grew keeps what it held', async () => {
    const { op } = await startScreens({ claims: { email: ['email'] } }, logsIn())
    const { agent } = await op.authorize()

    const { code, verifier } = await op.authorize({ scope: 'openid email' }, agent)
    const { body } = await op.exchange(code, verifier)

    expect(body['scope']).to.equal('openid email')
  })

  it('A114 the session lasts longer with each use', async () => {
    const { op } = await startScreens({}, logsIn())
    const { agent } = await op.authorize()
    const expires = (): number =>
      new Date(String(agent.cookies.get('_session')?.attributes.get('expires'))).getTime()
    const before = expires()
    sinon.useFakeTimers({ now: Date.now() + 86_400_000, toFake: ['Date'] })

    await op.authorize({}, agent)

    expect(expires() - before).to.be.within(86_390_000, 86_410_000)
  })

  it('A116 each client has its own sid in the session, that stays', async () => {
    const { op } = await startScreens({}, logsIn())
    const { agent } = await op.authorize()
    const load = () => op.provider.Session.find(String(agent.cookies.get('_session')?.value))
    const first = (await load())?.sidFor('web')
    await op.authorize({ prompt: 'login' }, agent)

    expect(first).to.be.a('string')
    expect((await load())?.sidFor('web')).to.equal(first)
    expect((await load())?.sidFor('other')).to.equal(undefined)
  })

  it('A117 expiresWithSession decides whether tokens end with the session', async () => {
    for (const [bound, status] of [
      [true, 401],
      [false, 200],
    ] as const) {
      const { op } = await startScreens({ expiresWithSession: () => bound }, logsIn())
      const { agent, body } = await op.login()
      const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
      await session?.destroy()

      expect((await op.userinfo(body['access_token'])).status).to.equal(status)
      await stopProviders()
    }
  })

  for (const [what, change] of [
    ['another account', { accountId: 'mallory' }],
    ['another grant', { authorizations: { web: { grantId: 'another-grant' } } }],
  ] as const) {
    it(`A117 a token that ends with its session is refused once the session stands for ${what}`, async () => {
      const storage = memoryAdapter()
      const { op } = await startScreens({ adapter: storage, expiresWithSession: () => true }, logsIn())
      const { agent, body } = await op.login()
      const id = String(agent.cookies.get('_session')?.value)
      const stored = await storage('Session').find(id)
      expect((await op.userinfo(body['access_token'])).status).to.equal(200)

      await storage('Session').upsert(id, { ...Object(stored), ...change }, 60)

      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
    })
  }

  it('the ID Token has a sid only where it was asked for (OpenID Connect Core 1.0 §5.5)', async () => {
    const { op } = await startScreens({}, logsIn())

    const { body } = await op.login()

    expect(claimsOf(body['id_token'])).to.include.keys('sub').and.not.include.keys('sid')
  })

  it('A102 a second request tells its screens which grant there is', async () => {
    const { op, seen } = await startScreens({}, logsIn())
    const { agent, code } = await op.authorize()
    const before = await op.provider.AuthorizationCode.find(code)

    await op.authorize({ prompt: 'consent' }, agent)

    expect(seen.at(-1)?.grantId).to.be.a('string').and.equal(before?.grantId)
  })

  it('A107 a resume that is not the one the cookie names ends at a page', async () => {
    const { op } = await startScreens({}, (interaction, provider) => consent(interaction, provider))
    const agent = op.agent()
    await ask(op, agent)
    const failed = op.nextError('authorization.error')

    const response = await agent.get('/auth/another-uid')

    expect(response.status).to.equal(400)
    expect(await failed).to.be.instanceOf(errors.SessionNotFound)
  })
})
