import { expect } from 'chai'
import { startTestProvider, type TestProvider } from '../../lib/development/testing.ts'
import { pkce } from '../support/start_provider.ts'
import { UserAgent } from '../support/user_agent.ts'

const BROWSER = { accept: 'text/html', 'accept-language': 'fr' }

describe('the screens of the development server', () => {
  let op: TestProvider

  beforeEach(async () => {
    op = await startTestProvider({ configuration: { screens: { colors: { light: { accent: '#0f766e' } } } } })
  })
  afterEach(() => op.stop())

  /** Asks to log in. @returns where the browser is sent */
  async function ask(agent: UserAgent, params: Record<string, string> = {}): Promise<string> {
    const query = new URLSearchParams({
      client_id: 'app',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'http://127.0.0.1:4711/cb',
      code_challenge: pkce().challenge,
      code_challenge_method: 'S256',
      ...params,
    })
    const response = await agent.get(`/auth?${query}`, BROWSER)
    return response.headers.get('location') ?? ''
  }

  it('speak the language that the client wants, then that of the browser (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const agent = new UserAgent(op.issuer)
    const wanted = await (await agent.get(await ask(agent, { ui_locales: 'de' }), BROWSER)).text()
    const usual = await (await agent.get(await ask(agent), BROWSER)).text()

    expect(wanted).to.include('<html lang="de" dir="ltr">').and.include('Wer sind Sie?')
    expect(usual).to.include('<html lang="fr" dir="ltr">').and.include('Qui êtes-vous')
  })

  it('have the colours of the option screens', async () => {
    const agent = new UserAgent(op.issuer)

    expect(await (await agent.get(await ask(agent), BROWSER)).text()).to.include('--action: #0f766e;')
  })

  it('say on a page what is wrong, and as text to who wants no page', async () => {
    const agent = new UserAgent(op.issuer)
    const path = await ask(agent)
    const stranger = new UserAgent(op.issuer)
    const page = await stranger.get(path, BROWSER)
    const text = await stranger.get(path)

    expect(page.status).to.equal(400)
    expect(page.headers.get('content-security-policy')).to.match(/^default-src 'none'/)
    expect(await page.text())
      .to.include('<html lang="fr"')
      .and.include('interaction session id cookie not found')
    expect(await text.text()).to.match(/^invalid_request: interaction session id cookie not found/)
  })

  it('tell the client of a refusal, also of whom login_hint names (OpenID Connect Core 1.0 §3.1.2.6)', async () => {
    for (const autoLogin of [false, true]) {
      await op.stop()
      op = await startTestProvider({ autoLogin })
      const agent = new UserAgent(op.issuer)
      const screen = await ask(agent, { login_hint: 'alice' })
      const refused = await agent.post(screen, { decision: 'refuse', user: 'alice' }, BROWSER)
      const back = await agent.get(refused.headers.get('location') ?? '', BROWSER)
      const answer = new URL(back.headers.get('location') ?? '').searchParams

      expect(answer.get('error')).to.equal('access_denied')
      expect(answer.get('error_description')).to.equal('End-User aborted interaction')
    }
  })

  it('offer everybody who may log in, and anybody’s claims to be changed', async () => {
    const agent = new UserAgent(op.issuer)
    const path = await ask(agent, { scope: 'openid email' })
    const page = async (query = '') => (await agent.get(`${path}${query}`, BROWSER)).text()

    expect(await page())
      .to.include('name="user" value="alice"')
      .and.include('name="user" value="bob"')
      .and.include(`href="${path}?edit=bob"`)
      .and.include('openid email')
    expect(await page('?edit=bob'))
      .to.include('value="bob"')
      .and.include('bob@example.com')
      .and.not.include('role="alert"')
    expect(await page('?edit=carol'))
      .to.include('value="carol"')
      .and.include('&quot;name&quot;: &quot;&quot;')
    await agent.post(path, { user: 'carol', claims: '{"email":"carol@example.com"}' }, BROWSER)
    expect(op.users.get('carol')).to.deep.equal({ email: 'carol@example.com' })
  })

  it('ask who is signed in already, who may be somebody else now (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const agent = new UserAgent(op.issuer)
    const send = async (path: string, form: Record<string, string>) => {
      const back = await agent.follow(await agent.post(path, form, BROWSER))
      return new URL(back.headers.get('location') ?? '').searchParams
    }
    await send(await ask(agent), { user: 'alice' })
    const path = await ask(agent, { prompt: 'consent' })
    const consent = await (await agent.get(path, BROWSER)).text()
    const others = await (await agent.get(`${path}?switch=`, BROWSER)).text()

    expect(consent).to.include('Alice Example').and.include('value="allow"').and.not.include('Bob')
    expect(others).to.include('name="user" value="bob"').and.not.include('value="allow"')
    expect((await send(path, { decision: 'allow' })).get('code')).to.be.a('string')
    const code = (await send(await ask(agent, { prompt: 'consent' }), { user: 'bob' })).get('code') ?? ''
    expect(await op.provider.AuthorizationCode.find(code)).to.include({ accountId: 'bob', scope: 'openid' })
  })

  it('log nobody in whom they did not offer', async () => {
    const agent = new UserAgent(op.issuer)
    const path = await ask(agent)
    for (const form of [{ user: 'mallory' }, { decision: 'allow' }]) {
      const answer = await agent.post(path, form)

      expect([answer.status, await answer.text()]).to.deep.equal([
        400,
        'invalid_request: there is no such user\n',
      ])
    }
    expect((await agent.request(path, { method: 'PUT' })).status).to.equal(404)
  })

  it('claims that are no JSON stay text on the page that says so', async () => {
    const agent = new UserAgent(op.issuer)
    const path = await ask(agent, { ui_locales: 'de' })
    const answer = await agent.post(path, { user: 'alice', claims: '</textarea><script>1</script>' }, BROWSER)
    const page = await answer.text()

    expect(answer.status).to.equal(422)
    expect(page)
      .to.include('Diese Claims sind kein JSON-Objekt')
      .and.include('value="alice"')
      .and.include('&lt;/textarea&gt;')
      .and.not.include('<script')
  })
})
