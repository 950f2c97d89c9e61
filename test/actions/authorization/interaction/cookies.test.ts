import { expect } from 'chai'
import { memoryAdapter } from '../../../../lib/adapters/memory.ts'
import type { CookiesConfiguration } from '../../../../types/configuration.ts'
import { answerOf, ask, logsIn, startScreens } from '../../../support/screens.ts'
import { ACCOUNT, startProvider, stopProviders } from '../../../support/start_provider.ts'
import type { UserAgent } from '../../../support/user_agent.ts'

const NAMES = { session: 's1', interaction: 'i1', resume: 'r1' }

/** Takes every cookie of one browser to another provider's address. */
function move(from: UserAgent, to: UserAgent): void {
  for (const { name, value, path } of from.cookies.values()) to.setCookie(name, value, path)
}

describe('cookies (RFC 6265)', () => {
  afterEach(stopProviders)

  it('F163 A103 the interaction cookie is for the screen only, the resume cookie for the way back only', async () => {
    const { op } = await startScreens({}, logsIn())
    const agent = op.agent()

    const screen = (await ask(op, agent)).headers.get('location') ?? ''

    const uid = screen.slice(screen.lastIndexOf('/') + 1)
    const [interaction, resume] = [
      agent.cookies.get('_interaction'),
      agent.cookies.get('_interaction_resume'),
    ]
    expect(interaction?.path).to.equal(`/interaction/${uid}`)
    expect(resume?.path).to.equal(`/auth/${uid}`)
    for (const cookie of [interaction, resume]) {
      expect(cookie?.attributes.has('httponly')).to.equal(true)
      expect(cookie?.attributes.has('domain')).to.equal(false)
    }
  })

  it('A103 both last as long as ttl.Interaction says', async () => {
    const { op } = await startScreens({ ttl: { Interaction: 600 } }, logsIn())
    const agent = op.agent()

    await ask(op, agent)

    for (const name of ['_interaction', '_interaction_resume']) {
      const expires = new Date(agent.cookies.get(name)?.attributes.get('expires') ?? 0).getTime()
      expect((expires - Date.now()) / 1000, name).to.be.within(590, 601)
    }
  })

  it('A103 an interaction URL elsewhere gives the path of that URL', async () => {
    const op = await startProvider({
      interactions: { url: (_ctx, { uid }) => `https://login.example.com/screens/${uid}?x=1#y` },
    })
    const agent = op.agent()

    const response = await ask(op, agent)

    expect(response.headers.get('location')).to.match(/^https:\/\/login\.example\.com\/screens\//)
    expect(agent.cookies.get('_interaction')?.path).to.match(/^\/screens\/[\w-]{22}$/)
  })

  it('A103 the resume cookie is gone when the request is answered', async () => {
    const { op } = await startScreens({}, logsIn())

    const { agent } = await op.authorize()

    expect(agent.cookies.has('_interaction_resume')).to.equal(false)
  })

  it('F162 F273 A119 names are configurable and can be asked for', async () => {
    const { op } = await startScreens({ cookies: { keys: ['k'], names: NAMES } }, logsIn())
    const agent = op.agent()

    await ask(op, agent)

    for (const type of ['session', 'interaction', 'resume'] as const) {
      expect(op.provider.cookieName(type)).to.equal(NAMES[type])
      expect(agent.cookies.has(NAMES[type]), type).to.equal(true)
    }
  })

  it('F160 each cookie has the options of its kind, and what removes one names the same domain (RFC 6265 §5.3)', async () => {
    const [long, short] = [{ sameSite: 'strict', path: '/auth' }, { domain: 'op.example.com' }] as const
    const { op } = await startScreens({ cookies: { long, short } }, logsIn())
    const agent = op.agent()
    const next = (response: Response) => agent.get(response.headers.get('location') ?? '')
    const answer = await next(await next(await ask(op, agent)))
    const [removed = ''] = answer.headers
      .getSetCookie()
      .filter((text) => text.startsWith('_interaction_resume=;'))
    const told = (name: string) =>
      ['path', 'domain', 'samesite', 'httponly'].map((key) => agent.cookies.get(name)?.attributes.get(key))

    expect(told('_session')).to.deep.equal(['/auth', undefined, 'strict', ''])
    expect(told('_interaction').slice(1)).to.deep.equal(['op.example.com', 'lax', ''])
    expect(removed.split('; ')).to.include.members(['domain=op.example.com', 'samesite=lax', 'httponly'])
  })

  it('F160 A118 cookies are signed where there are keys, and not without', async () => {
    for (const [cookies, signed] of [
      [{ keys: ['k'] }, true],
      [{ keys: [] }, false],
      [{ keys: ['k'], long: { signed: false } }, false],
    ] as const satisfies readonly (readonly [CookiesConfiguration, boolean])[]) {
      const { op } = await startScreens({ cookies }, logsIn())
      const { agent, code } = await op.authorize()

      expect(agent.cookies.has('_session.sig')).to.equal(signed)
      expect(code).to.not.equal('')
      expect(answerOf(await ask(op, agent, { prompt: 'none' })).get('code')).to.be.a('string')
      await stopProviders()
    }
  })

  it('F160 A118 a cookie signed with a former key is accepted, and signed with the new one', async () => {
    const adapter = memoryAdapter()
    const before = await startScreens({ adapter, cookies: { keys: ['old'] } }, logsIn())
    const { agent: old } = await before.op.authorize()
    const after = await startScreens({ adapter, cookies: { keys: ['new', 'old'] } }, logsIn())
    const agent = after.op.agent()
    move(old, agent)
    const signature = agent.cookies.get('_session.sig')?.value

    const answer = answerOf(await ask(after.op, agent, { prompt: 'none' }))

    expect(answer.get('code')).to.be.a('string')
    expect(agent.cookies.get('_session.sig')?.value).to.not.equal(signature)
    const attributes = (name: string) => Object.fromEntries(agent.cookies.get(name)?.attributes ?? [])
    expect(attributes('_session')).to.include.keys('expires', 'samesite')
    expect(attributes('_session.sig')).to.deep.equal(attributes('_session'))
  })

  it('A118 a cookie signed with a key that was removed is not accepted', async () => {
    const adapter = memoryAdapter()
    const before = await startScreens({ adapter, cookies: { keys: ['old'] } }, logsIn())
    const { agent: old } = await before.op.authorize()
    const after = await startScreens({ adapter, cookies: { keys: ['new'] } }, logsIn())
    const agent = after.op.agent()
    move(old, agent)

    const answer = answerOf(await ask(after.op, agent, { prompt: 'none' }))

    expect(answer.get('error')).to.equal('login_required')
  })

  it('F161 A114 the session cookie of an http issuer falls back to SameSite=Lax', async () => {
    const { op } = await startScreens({}, logsIn())

    const { agent } = await op.authorize()

    expect(agent.cookies.get('_session')?.attributes.get('samesite')).to.equal('lax')
    expect(agent.cookies.get('_session')?.attributes.has('secure')).to.equal(false)
  })

  for (const [kind, name] of [
    ['long', '_session'],
    ['short', '_interaction'],
  ] as const) {
    it(`a cookie that has to be secure is not set over plain http, and the host is told what to do (cookies.${kind})`, async () => {
      const op = await startProvider({ cookies: { [kind]: { secure: true } } })
      const told: string[] = []
      op.provider.on('server_error', (_ctx, error) => told.push(error.message))
      const agent = op.agent()

      const response = await ask(op, agent)

      expect(answerOf(response).get('error')).to.equal('server_error')
      expect(told.join()).to.match(/plain http.*provider\.proxy = true/)
      expect(agent.cookies.has(name)).to.equal(false)
    })
  }

  it('a name that browsers take at / only is none for the cookie of a screen, and the host is told (RFC 6265bis §4.1.3.2)', async () => {
    const op = await startProvider({ cookies: { names: { interaction: '__Host-interaction' } } })
    const told: string[] = []
    op.provider.on('server_error', (_ctx, error) => told.push(error.message))
    const agent = op.agent()

    const response = await ask(op, agent)

    expect(answerOf(response).get('error')).to.equal('server_error')
    expect(told.join()).to.match(/__Host-interaction cannot have the path .*__Secure-/)
    expect(agent.cookies.size).to.equal(0)
  })

  it('A118 a signature by an older key stays as it was set until the cookie is set again, with all its attributes', async () => {
    const adapter = memoryAdapter()
    const before = await startScreens({ adapter, cookies: { keys: ['old'] } }, logsIn())
    const { agent: old } = await before.op.authorize()
    const after = await startScreens({ adapter, cookies: { keys: ['new', 'old'] } }, logsIn())
    const agent = after.op.agent()
    move(old, agent)

    after.op.provider.use(async (ctx, next) => {
      if (ctx.path !== '/account') return next()
      const session = await after.op.provider.Session.get(ctx)
      ctx.body = session.accountId
    })

    const page = await agent.get('/account')

    expect(await page.text()).to.equal(ACCOUNT)
    expect(page.headers.getSetCookie()).to.deep.equal([])
  })

  it('F264 F327 A114 behind a proxy that is believed, an https request gets secure cookies', async () => {
    const op = await startProvider({ cookies: { keys: ['k'], long: { sameSite: 'none' } } })
    op.provider.proxy = true
    const agent = op.agent()
    const { search } = new URL(
      op.authorizationUrl({
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      }),
    )

    await agent.get(`/auth${search}`, { 'x-forwarded-proto': 'https' })

    for (const name of ['_session', '_interaction', '_interaction_resume'])
      expect(agent.cookies.get(name)?.attributes.has('secure'), name).to.equal(true)
  })

  it('A114 the session cookie is for the whole host and for http only', async () => {
    const { op } = await startScreens({}, logsIn())

    const { agent } = await op.authorize()

    expect(agent.cookies.get('_session')?.path).to.equal('/')
    expect(agent.cookies.get('_session')?.attributes.has('httponly')).to.equal(true)
  })

  it('A103 a provider that is mounted gives the resume cookie its full path', async () => {
    const op = await startProvider({}, { mountPath: '/oidc' })
    const agent = op.agent()

    await ask(op, agent)

    expect(agent.cookies.get('_interaction_resume')?.path).to.match(/^\/oidc\/auth\/[\w-]{22}$/)
  })
})
