import { expect } from 'chai'
import { Browsing, type Page } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/screens.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/screens.md', [3000, 3001])

  before(async () => {
    for (const name of ['accounts.js', 'pages.js', 'provider.js']) await guide.write(name, guide.file(name))
  })

  const application = () => `${guide.origin(3001)}/cb`
  const someone = () => new Browsing(application())

  function ask(params: Record<string, string> = {}): string {
    const [address = ''] = /http:\/\/localhost:\d+\/auth\S+/.exec(guide.text()) ?? []
    const url = new URL(address)
    for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
    return url.href
  }

  const answer = ({ url }: Page) => Object.fromEntries(new URL(url).searchParams)

  const ANN = { login: 'ann', password: 'correct horse' }
  const BEN = { login: 'ben', password: 'battery staple' }

  describe('with express', () => {
    before(() => guide.start('server.js', guide.file('server.js'), guide.origin(3000)))

    async function signedIn(browser: Browsing, params = {}, who = ANN) {
      const consent = await browser.submit(await browser.open(ask(params)), who, '/login')
      return browser.submit(consent, {}, '/consent')
    }

    it('refuses forms of other origins', async () => {
      const browser = someone()
      const { url } = await browser.open(ask())

      const sent = await browser.agent.post(`${url}/login`, ANN, { origin: 'https://evil.example.com' })

      expect(sent.status).to.equal(403)
    })

    it('says that a login is over where its cookie is missing', async () => {
      const { url } = await someone().open(ask())

      const page = await someone().open(url)

      expect(page.status).to.equal(400)
      expect(page.text).to.include('This login is over')
    })

    it('shows errors that must not be sent anywhere by renderError (RFC 6749 §4.1.2.1)', async () => {
      const page = await someone().open(ask({ redirect_uri: 'https://evil.example.com' }))

      expect(page.status).to.equal(400)
      expect(page.text).to.include('invalid_redirect_uri')
    })

    it('shows what was wrong with a password, and escapes what was typed', async () => {
      const browser = someone()
      const login = '"><b>'

      const page = await browser.submit(await browser.open(ask()), { login, password: 'x' }, '/login')

      expect(page.status).to.equal(400)
      expect(page.text).to.include('Name or password is wrong').and.to.not.include(login)
    })

    it('tells the application that the person did not want to (OpenID Connect Core 1.0 §3.1.2.6)', async () => {
      const browser = someone()

      const page = await browser.submit(await browser.open(ask({ state: 's' })), {}, '/abort')

      expect(answer(page)).to.include({ error: 'access_denied', state: 's' })
    })

    it('has the name filled in that the application expects (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
      expect((await someone().open(ask({ login_hint: 'ben' }))).text).to.include('value="ben"')
    })

    it('signs in, asks for consent, and leads to the application', async () => {
      const browser = someone()
      const consent = await browser.submit(await browser.open(ask()), ANN, '/login')
      expect(consent.text).to.include('Ann Example').and.to.include('see your email address')

      const page = await browser.submit(consent, {}, '/consent')

      expect(answer(page)).to.include.keys('code')
      expect(answer(await browser.open(ask({ prompt: 'none' })))).to.include.keys('code')
    })

    it('does not ask again for what was refused', async () => {
      const browser = someone()
      const consent = await browser.submit(await browser.open(ask()), ANN, '/login')
      const unticked = {
        ...consent,
        text: consent.text.replace(/<li>(?:(?!<li>).)*value="email".*?<\/li>/s, ''),
      }
      await browser.submit(unticked, {}, '/consent')

      expect(answer(await browser.open(ask({ prompt: 'none' })))).to.include.keys('code')
    })

    it('offers what was refused again where the application asks for consent (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
      const browser = someone()
      const consent = await browser.submit(await browser.open(ask()), ANN, '/login')
      const unticked = {
        ...consent,
        text: consent.text.replace(/<li>(?:(?!<li>).)*value="email".*?<\/li>/s, ''),
      }
      await browser.submit(unticked, {}, '/consent')
      const box = (page: Page) => /<input [^>]*value="email"[^>]*>/.exec(page.text)?.[0]

      const again = await browser.open(ask({ prompt: 'consent' }))
      const ticked = { ...again, text: again.text.replace('value="email" ', 'value="email" checked') }
      await browser.submit(ticked, {}, '/consent')
      const third = await browser.open(ask({ prompt: 'consent' }))

      expect(box(again)).to.be.a('string').and.to.not.include('checked')
      expect(box(third)).to.include('checked')
    })

    it('shows the screen again where a page is loaded again that a form led to', async () => {
      const browser = someone()
      const { url } = await browser.open(ask())

      for (const path of ['login', 'other'])
        expect((await browser.open(`${url}/${path}`)).text).to.include('Sign in to')
    })

    it('asks only for what is new, of an API too (RFC 8707 §2)', async () => {
      const browser = someone()
      await signedIn(browser)

      const more = ask({ resource: 'https://orders.example.com', scope: 'openid orders:read' })
      const consent = await browser.open(more)

      expect(consent.text).to.include('see your orders').and.to.not.include('see your email address')
      expect(answer(await browser.submit(consent, {}, '/consent'))).to.include.keys('code')
    })

    it('lets somebody else sign in at the consent screen, who is asked anew', async () => {
      const browser = someone()
      const consent = await browser.submit(await browser.open(ask()), ANN, '/login')

      const login = await browser.submit(consent, {}, '/other')
      const other = await browser.submit(login, BEN, '/login')

      expect(other.text).to.include('Ben Example').and.to.not.include('Ann Example')
      expect(answer(await browser.submit(other, {}, '/consent'))).to.include.keys('code')
    })

    it('offers the choice of an account (OpenID Connect Core 1.0 §3.1.2.1 select_account)', async () => {
      const browser = someone()
      await signedIn(browser)
      const choice = ask({ prompt: 'select_account' })

      const same = await browser.submit(await browser.open(choice), {}, '/account')
      const login = await browser.submit(await browser.open(choice), {}, '/other')
      const other = await browser.submit(login, BEN, '/login')

      expect(answer(same)).to.include.keys('code')
      expect(other.text).to.include('Ben Example')
    })

    it('says why somebody who is signed in has to do it again (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
      const browser = someone()
      await signedIn(browser)

      for (const params of [{ prompt: 'login' }, { max_age: '0' }]) {
        expect((await browser.open(ask(params))).text).to.include('Please sign in again')
      }
    })

    it('keeps the login with the browser only, where nothing else is wanted', async () => {
      const kept = someone()
      await signedIn(kept)
      const browser = someone()
      const login = await browser.open(ask())
      await browser.submit(
        { ...login, text: login.text.replace(/<input type="checkbox"[^>]*>/, '') },
        ANN,
        '/login',
      )

      expect(kept.agent.cookies.get('_session')?.attributes.has('expires')).to.equal(true)
      expect(browser.agent.cookies.get('_session')?.attributes.has('expires')).to.equal(false)
    })

    it('does not ask for consent where the application is its own', async () => {
      const browser = someone()

      const page = await browser.submit(await browser.open(ask({ client_id: 'shop' })), ANN, '/login')

      expect(answer(page)).to.include.keys('code')
    })
  })

  describe('with consent that outlasts the session', () => {
    let issuer = ''
    /** A file of the guide with a line of it replaced by what a later block shows. */
    function changed(name: string, line: string, start: string) {
      const text = guide.file(name)
      expect(text).to.include(line)
      const block = guide.blocks().find((code) => code.trimStart().startsWith(start)) ?? ''
      return text.replace(line, block)
    }
    before(async () => {
      const [here, there] = [String(guide.port(3000)), String(await guide.anotherPort())]
      issuer = `http://localhost:${there}`
      await guide.write('consents.js', guide.file('consents.js'))
      const own = '    if (!ownApplications.has(client.clientId)) return undefined\n'
      const provider = `import { recall } from './consents.js'\n${changed('provider.js', own, own.slice(4, 50))}`
      await guide.write('provider.js', provider.replaceAll(here, there))
      const end =
        '  await provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } })\n'
      const server = `import { remember } from './consents.js'\n${changed('server.js', end, 'remember(grant)')}`
      await guide.start('server.js', server.replaceAll(here, there), issuer)
    })

    it('asks a person once, whatever the browser', async () => {
      const address = ask().replace(guide.origin(3000), issuer)
      const first = someone()
      const consent = await first.submit(await first.open(address), ANN, '/login')
      await first.submit(consent, {}, '/consent')

      const [second, other] = [someone(), someone()]
      const page = await second.submit(await second.open(address), ANN, '/login')
      const asked = await other.submit(await other.open(address), BEN, '/login')

      expect(answer(page)).to.include.keys('code')
      expect(asked.text).to.include('Allow My application?')
    })
  })

  describe('as JSON, mounted under a path', () => {
    let issuer = ''
    before(async () => {
      const [here, there] = [String(guide.port(3000)), String(await guide.anotherPort())]
      issuer = `http://localhost:${there}`
      const moved = (name: string, from: string, to: string) =>
        guide.file(name).replaceAll(here, there).replace(from, to)
      await guide.write('provider.js', moved('provider.js', `'${issuer}'`, `'${issuer}/oidc'`))
      const mounted = moved('api.js', 'app.use(provider', "app.use('/oidc', provider")
      await guide.start('api.js', mounted, issuer)
    })

    async function send(browser: Browsing, url: string, body: object, origin = issuer) {
      const response = await browser.agent.request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify(body),
      })
      const sent: Record<string, unknown> = Object(await response.json())
      return { status: response.status, ...sent }
    }
    const details = async (browser: Browsing, url: string): Promise<unknown> =>
      (await browser.agent.get(`${url}/details`)).json()
    const start = (browser: Browsing) => browser.open(ask().replace(guide.origin(3000), `${issuer}/oidc`))
    const next = (sent: object) => ('next' in sent ? String(sent.next) : '')

    it('refuses scripts of other origins, and wrong passwords', async () => {
      const browser = someone()
      const { url } = await start(browser)

      expect(await send(browser, `${url}/login`, ANN, 'https://evil.example.com')).to.include({ status: 403 })
      expect(await send(browser, `${url}/login`, { ...ANN, password: 'x' })).to.deep.equal({
        status: 400,
        problem: 'Name or password is wrong.',
      })
    })

    it('says that a login is over where its cookie is missing', async () => {
      const { url } = await start(someone())

      expect(await details(someone(), url)).to.deep.equal({ problem: 'This login is over.' })
    })

    it('signs in, asks for consent, and leads to the application', async () => {
      const browser = someone()
      const { url } = await start(browser)
      expect(await details(browser, url)).to.deep.include({ prompt: 'login', client: 'My application' })

      const consent = await browser.open(next(await send(browser, `${url}/login`, ANN)))
      expect(await details(browser, consent.url)).to.deep.include({
        prompt: 'consent',
        person: 'Ann Example',
        details: { missingOIDCScope: ['openid', 'profile', 'email'] },
      })
      const page = await browser.open(next(await send(browser, `${consent.url}/consent`, {})))

      expect(answer(page)).to.include.keys('code')
    })

    it('tells the application that the person did not want to', async () => {
      const browser = someone()
      const { url } = await start(browser)

      const page = await browser.open(next(await send(browser, `${url}/abort`, {})))

      expect(answer(page)).to.include({ error: 'access_denied' })
    })
  })
})
