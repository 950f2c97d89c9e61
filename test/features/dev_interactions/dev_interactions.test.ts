import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import Provider, { interactionPolicy } from '../../../lib/index.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { recordingLogger } from '../../configuration/recording_logger.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import {
  pkce,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'
import { UserAgent } from '../../support/user_agent.ts'

const start = (configuration: Configuration = {}) =>
  startProvider({ ...configuration, features: { devInteractions: { enabled: true } } }, { screens: false })

/** A request that is waiting at a screen. */
async function atScreen(op: RunningProvider, params: Record<string, string> = {}) {
  const agent = op.agent()
  const { challenge, verifier } = pkce()
  const proof = { code_challenge: challenge, code_challenge_method: 'S256' }
  const sent = await agent.get(op.authorizationUrl({ ...proof, ...params }))
  const path = sent.headers.get('location') ?? ''
  return { agent, path, verifier, uid: path.split('/').at(-1) ?? '' }
}

/** Where the browser goes from the answer to a form; stays at the next screen, if there is one. */
async function submit(op: RunningProvider, agent: UserAgent, path: string, form: Record<string, string>) {
  const answer = await agent.post(path, form)
  expect(answer.status).to.equal(303)
  const resumed = await agent.get(answer.headers.get('location') ?? '')
  return new URL(resumed.headers.get('location') ?? '', op.origin)
}

describe('A120 features.devInteractions', () => {
  const environment = process.env['NODE_ENV']

  afterEach(async () => {
    if (environment === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = environment
    await stopProviders()
  })

  it('A120 refuses to be on in production, and says what to do', () => {
    process.env['NODE_ENV'] = 'production'
    const logger = recordingLogger()

    for (const configuration of [{ logger }, { logger, features: { devInteractions: { enabled: true } } }]) {
      expect(() => new Provider('https://op.example.com', configuration)).to.throw(
        TypeError,
        /features\.devInteractions .* set enabled: false/,
      )
    }
    const features = { devInteractions: { enabled: false } }
    expect(() => new Provider('https://op.example.com', { logger, features })).not.to.throw()
  })

  it('A120 works at another address than the issuer, there and back', async () => {
    const provider = new Provider('http://op.example.com', {
      logger: recordingLogger(),
      cookies: { keys: ['a key for cookies'] },
      clients: [WEB_CLIENT],
      findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({}) }),
    })
    const { origin } = await startServer(provider.callback())
    const agent = new UserAgent(origin)
    const { challenge } = pkce()
    const query = new URLSearchParams({
      client_id: 'web',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: REDIRECT_URI,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })

    const visited: string[] = []
    const follow = (response: Response): string => {
      visited.push(response.headers.get('location') ?? '')
      return visited.at(-1) ?? ''
    }
    let screen = follow(await agent.get(`/auth?${query}`))
    for (const form of [{ prompt: 'login', login: 'alice' }, { prompt: 'consent' }]) {
      const back = follow(await agent.post(screen, form))
      screen = follow(await agent.get(back))
    }

    expect(visited.slice(0, -1).every((location) => location.startsWith('/'))).to.equal(true)
    expect(screen.startsWith(`${REDIRECT_URI}?`)).to.equal(true)
    await stopServers()
  })

  it('F091 A120 is on by default, with a warning', () => {
    const logger = recordingLogger()
    const provider = new Provider('https://op.example.com', { logger })

    expect(provider.pathFor('interaction', { params: { uid: 'a' } })).to.equal('/interaction/a')
    expect(logger.warnings.filter((text) => text.includes('development screens'))).to.have.length(1)
    expect(logger.warnings.filter((text) => text.includes('interactions.url is not used'))).to.deep.equal([])
  })

  it('A120 takes the place of interactions.url, with two warnings', async () => {
    const logger = recordingLogger()
    const op = await start({ logger, interactions: { url: () => '/screens/of/the/host' } })
    const { path } = await atScreen(op)

    expect(new URL(path, op.origin).pathname).to.match(/\/interaction\/[\w-]+$/)
    expect(logger.warnings.filter((text) => text.includes('development screens'))).to.have.length(1)
    expect(logger.warnings.filter((text) => text.includes('interactions.url is not used'))).to.have.length(1)
  })

  it('A120 leaves interactions.url alone, and has no screens, while it is off', async () => {
    const logger = recordingLogger()
    const op = await startProvider(
      { logger, interactions: { url: () => '/screens/of/the/host' } },
      { screens: false },
    )
    const { path } = await atScreen(op)

    expect(path).to.equal('/screens/of/the/host')
    expect(() => op.provider.pathFor('interaction', { params: { uid: 'a' } })).to.throw(TypeError)
    expect(logger.warnings.filter((text) => text.includes('development screens'))).to.deep.equal([])
  })

  for (const password of ['', 'any password', "' OR 1=1"]) {
    it(`F257 A120 logs in with the password "${password}", asks for consent and gets the client its code`, async () => {
      const op = await start()
      const { agent, path, verifier } = await atScreen(op)
      const screen = await (await agent.get(path)).text()
      const consent = await submit(op, agent, path, { prompt: 'login', login: 'bob', password })
      const end = await submit(op, agent, consent.pathname, { prompt: 'consent' })
      const { status, body } = await op.exchange(end.searchParams.get('code') ?? '', verifier)
      const userinfo = await op.userinfo(body['access_token'])

      expect(screen).to.include('name="password"')
      expect(consent.pathname).to.match(/\/interaction\/[\w-]+$/)
      expect(status).to.equal(200)
      expect(userinfo.body['sub']).to.equal('bob')
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  it('W7 after its form a browser gets a page that navigates, without scripts (Content Security Policy Level 3 §6.4.1)', async () => {
    const op = await start()
    const { agent, path, uid } = await atScreen(op)
    const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const screen = await agent.get(path, html)

    const answer = await agent.post(path, { prompt: 'login', login: 'bob', password: 'x' }, html)

    const page = await answer.text()
    const resume = op.provider.pathFor('resume', { params: { uid } })
    expect(screen.headers.get('content-security-policy')).to.include("form-action 'self';")
    expect(answer.status).to.equal(200)
    expect(answer.headers.get('content-security-policy')).to.include("form-action 'none'")
    expect(page).to.include(`<meta http-equiv="refresh" content="0; url=${resume}">`)
    expect(page).to.include(`href="${resume}"`)
    expect(page).to.match(/<h1>[^<]+<\/h1>/)
    expect(page).to.not.include('<script')
  })

  describe('somebody else at the consent screen', () => {
    /** Bob is at the consent screen. */
    async function atConsent(op: RunningProvider) {
      const { agent, path, verifier } = await atScreen(op)
      const consent = await submit(op, agent, path, { prompt: 'login', login: 'bob', password: 'x' })
      return { agent, verifier, path: consent.pathname }
    }

    it('A120 signs in there, and gets a session, a grant and a code of their own', async () => {
      const op = await start()
      const { agent, verifier, path } = await atConsent(op)
      const page = await (await agent.get(path)).text()
      const form = await (await agent.get(`${path}/switch`)).text()
      const form2 = { prompt: 'switch_account', login: 'carol', password: 'x' }

      const consent = await submit(op, agent, path, form2)
      const again = await (await agent.get(consent.pathname)).text()
      const end = await submit(op, agent, consent.pathname, { prompt: 'consent' })
      const { body } = await op.exchange(end.searchParams.get('code') ?? '', verifier)

      expect(page)
        .to.include('Signed in as <strong><bdi>bob</bdi></strong>')
        .and.include(`href="${path}/switch"`)
      expect(form).to.include('name="prompt" value="switch_account"')
      expect(again).to.include('<bdi>carol</bdi>')
      expect((await op.userinfo(body['access_token'])).body['sub']).to.equal('carol')
      expect(op.serverErrors).to.deep.equal([])
    })

    it('A120 is asked again for a username that is empty', async () => {
      const op = await start()
      const { agent, path } = await atConsent(op)

      const answer = await agent.post(path, { prompt: 'switch_account', login: ' ' })

      expect(await answer.text())
        .to.include('Enter a username')
        .and.include('value="switch_account"')
    })

    it('A120 is not known where nobody is signed in', async () => {
      const op = await start()
      const { agent, path } = await atScreen(op)

      expect((await agent.get(`${path}/switch`)).status).to.equal(400)
      expect((await agent.post(path, { prompt: 'switch_account', login: 'eve' })).status).to.equal(400)
    })
  })

  it('A120 asks again for a login that is empty, and logs nobody in', async () => {
    const op = await start()
    const { agent, path } = await atScreen(op)
    const answer = await agent.post(path, { prompt: 'login', login: ' ', password: 'x' })

    expect(answer.status).to.equal(200)
    expect(await answer.text()).to.include('Enter a username')
    expect((await op.provider.Interaction.find(path.split('/').at(-1) ?? ''))?.result).to.equal(undefined)
  })

  for (const prompt of ['login', 'consent']) {
    it(`A120 an end-user who gives up at ${prompt} gets the client access_denied (RFC 6749 §4.1.2.1)`, async () => {
      const op = await start()
      const { agent, path } = await atScreen(op, { state: 'some state' })
      const at =
        prompt === 'login'
          ? path
          : (await submit(op, agent, path, { prompt: 'login', login: 'bob', password: 'x' })).pathname
      const end = await agent.follow(await agent.get(`${at}/abort`))
      const answer = new URL(end.headers.get('location') ?? '').searchParams

      expect(answer.get('error')).to.equal('access_denied')
      expect(answer.get('error_description')).to.equal('End-User aborted interaction')
      expect(answer.get('state')).to.equal('some state')
      expect(answer.get('code')).to.equal(null)
    })
  }

  it('A120 answers 501 to a prompt that it has no screen for', async () => {
    const { base, Prompt } = interactionPolicy
    const policy = base()
    policy.add(new Prompt({ name: 'enrol', requestable: true }), 0)
    const op = await start({ interactions: { policy } })
    const { agent, path } = await atScreen(op, { prompt: 'enrol' })

    for (const answer of [await agent.get(path), await agent.post(path, { prompt: 'enrol' })]) {
      expect(answer.status).to.equal(501)
      expect(await answer.json()).to.include({ error: 'invalid_request' })
    }
    expect((await op.provider.Interaction.find(path.split('/').at(-1) ?? ''))?.result).to.equal(undefined)
  })

  it('A120 fills in the hint of the request (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const op = await start()
    const { agent, path } = await atScreen(op, { login_hint: 'carol@example.com' })
    const { agent: other, path: without } = await atScreen(op)

    expect(await (await agent.get(path)).text()).to.include('value="carol@example.com"')
    expect(await (await other.get(without)).text()).to.match(/name="login"[^>]* value=""/)
  })

  for (const [title, method] of [
    ['opens', 'get'],
    ['sends', 'post'],
  ] as const) {
    it(`A120 an end-user who ${title} a screen of a client that is gone reads so`, async () => {
      const storage = memoryAdapter()
      await storage('Client').upsert('stored', { ...WEB_CLIENT, client_id: 'stored' })
      const op = await start({ adapter: storage })
      const { agent, path } = await atScreen(op, { client_id: 'stored' })
      await storage('Client').destroy('stored')
      const failed = op.nextError('authorization.error')

      const { status } =
        method === 'get' ? await agent.get(path) : await agent.post(path, { prompt: 'login', login: 'bob' })

      expect(status).to.equal(400)
      expect((await failed).error_description).to.equal('the client is gone')
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  it('A120 a screen is of one browser and one interaction: the cookie of another does not open it', async () => {
    const op = await start()
    const { path } = await atScreen(op)
    const { agent: stranger, path: own } = await atScreen(op)
    for (const [name, { value }] of stranger.cookies) stranger.setCookie(name, value)
    const told: string[] = []
    op.provider.on('authorization.error', (_ctx, error) => told.push(String(error.error_description)))

    const answers = [
      await stranger.get(path),
      await stranger.post(path, { prompt: 'login', login: 'mallory' }),
      await stranger.get(`${path}/abort`),
    ]

    expect(answers.map(({ status }) => status)).to.deep.equal([400, 400, 400])
    expect(new Set(told)).to.deep.equal(new Set(['interaction was started elsewhere']))
    for (const screen of [path, own]) {
      const interaction = await op.provider.Interaction.find(screen.split('/').at(-1) ?? '')
      expect(interaction?.result).to.equal(undefined)
    }
  })

  for (const [what, uri] of [
    ['was asked for', REDIRECT_URI],
    ['is the only one, and was left out', undefined],
  ] as const) {
    it(`A120 consent tells where the answer goes: to the redirect_uri that ${what} (RFC 8252 §8.6)`, async () => {
      const op = await start({ allowOmittingSingleRegisteredRedirectUri: true })
      const agent = op.agent()
      const url = new URL(
        op.authorizationUrl({ code_challenge: pkce().challenge, code_challenge_method: 'S256' }),
      )
      if (uri === undefined) url.searchParams.delete('redirect_uri')
      const path = (await agent.get(url.href)).headers.get('location') ?? ''
      const consent = await submit(op, agent, path, { prompt: 'login', login: 'ann' })

      expect(await (await agent.get(consent.pathname)).text()).to.include(
        '<p>You go on at <bdi>rp.example.com</bdi>.</p>',
      )
    })
  }

  it('A120 the form of a screen goes to that screen', async () => {
    const op = await start()
    const { agent, path } = await atScreen(op)

    expect(await (await agent.get(path)).text()).to.include(`<form method="post" action="${path}"`)
  })

  it('A120 consent is given to claims and resource scopes, too, and to what was asked alone', async () => {
    const op = await startProvider(
      {
        claims: { email: ['email'] },
        features: {
          devInteractions: { enabled: true },
          claimsParameter: { enabled: true },
          resourceIndicators: { getResourceServerInfo: () => ({ scope: 'api:read api:write' }) },
        },
      },
      { screens: false },
    )
    const resource = 'https://api.example.com'
    const { agent, path } = await atScreen(op, {
      scope: 'openid api:read',
      resource,
      claims: '{"userinfo":{"email":null}}',
    })
    const next = await submit(op, agent, path, { prompt: 'login', login: 'ann' })
    const end = await submit(op, agent, next.pathname, { prompt: 'consent' })
    const code = await op.provider.AuthorizationCode.find(end.searchParams.get('code') ?? '')
    const grant = await op.provider.Grant.find(code?.grantId ?? '')

    expect({ ...grant?.toPayload() }).to.deep.include({
      accountId: 'ann',
      clientId: 'web',
      openid: { scope: 'openid', claims: ['email'] },
      resources: { [resource]: 'api:read' },
    })
    const plain = await atScreen(op)
    const consent = await submit(op, plain.agent, plain.path, { prompt: 'login', login: 'bea' })
    const last = await submit(op, plain.agent, consent.pathname, { prompt: 'consent' })
    const other = await op.provider.AuthorizationCode.find(last.searchParams.get('code') ?? '')
    const small = await op.provider.Grant.find(other?.grantId ?? '')
    expect(small?.toPayload().openid).to.deep.equal({ scope: 'openid' })
    expect(small?.toPayload().resources).to.equal(undefined)
  })

  it('A120 a second consent adds to the grant there is', async () => {
    const op = await start()
    const { agent, path } = await atScreen(op)
    const next = await submit(op, agent, path, { prompt: 'login', login: 'ann' })
    const first = await submit(op, agent, next.pathname, { prompt: 'consent' })
    const sent = await agent.get(
      op.authorizationUrl({
        code_challenge: pkce().challenge,
        code_challenge_method: 'S256',
        prompt: 'consent',
        scope: 'openid offline_access',
      }),
    )
    const screen = new URL(sent.headers.get('location') ?? '', op.origin).pathname
    const second = await submit(op, agent, screen, { prompt: 'consent' })

    const [before, after] = await Promise.all(
      [first, second].map(({ searchParams }) =>
        op.provider.AuthorizationCode.find(searchParams.get('code') ?? ''),
      ),
    )
    expect(after?.grantId).to.be.a('string').and.equal(before?.grantId)
  })
})
