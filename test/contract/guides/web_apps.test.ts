import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/web_apps.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/web_apps.md', [3000, 3001])

  before(async () => {
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    await guide.start('app.js', guide.file('app.js'), guide.origin(3001))
  })

  const at = (path: string) => `${guide.origin(3001)}${path}`

  async function signedIn() {
    const browser = new Browsing()
    const login = await browser.open(at('/login'))
    const consent = await browser.submit(login, { login: 'alice', password: 'any' })
    return { browser, page: await browser.submit(consent) }
  }

  it('refuses an answer that another browser asked for (RFC 9700 §4.7)', async () => {
    const [asking, other] = [new Browsing(at('/cb')), new Browsing()]
    const consent = await asking.submit(await asking.open(at('/login')), { login: 'alice', password: 'any' })
    const { url } = await asking.submit(consent)

    const page = await other.open(url)

    expect(new URL(url).searchParams.has('code')).to.equal(true)
    expect(page).to.include({ status: 400, text: 'This login is over.\n' })
  })

  it('signs in, and asks UserInfo by a token that was refreshed (OpenID Connect Core 1.0 §11, §12)', async () => {
    const { browser, page } = await signedIn()
    expect(page.text).to.include('Hello, Mx alice')

    for (const _ of ['once', 'again'])
      expect((await browser.open(at('/refresh'))).text).to.equal('There is a new access token.\n')

    expect(JSON.parse((await browser.open(at('/me'))).text)).to.deep.equal({ sub: 'alice', name: 'Mx alice' })
  })

  it('signs out of both, and comes back (OpenID Connect RP-Initiated Logout 1.0 §2, §3)', async () => {
    const { browser, page } = await signedIn()

    const question = await browser.submit(page, {}, '/logout')
    const answer = await browser.submit(question, { logout: 'yes' })

    expect(new URL(question.url).origin).to.equal(guide.origin(3000))
    expect(answer.url).to.equal(at('/'))
    expect((await browser.open(at('/'))).text).to.include('Sign in')
    expect((await browser.open(at('/login'))).text).to.include('name="password"')
  })

  it('starts again where there is no refresh token, as nobody allowed one (OpenID Connect Core 1.0 §11)', async () => {
    const [here, there] = [String(guide.port(3001)), String(await guide.anotherPort())]
    const place = (text: string) => text.replaceAll(here, there)
    const [provider, second] = [String(guide.port(3000)), String(await guide.anotherPort())]
    const online = guide.file('app.js').replace('openid profile offline_access', 'openid profile')
    const elsewhere = (text: string) => place(text).replaceAll(provider, second)
    await guide.start(
      'online_provider.js',
      elsewhere(guide.file('provider.js')),
      `http://localhost:${second}`,
    )
    const app = await guide.start('online.js', elsewhere(online), `http://localhost:${there}`)
    const browser = new Browsing()
    const login = await browser.open(`http://localhost:${there}/login`)
    const page = await browser.submit(await browser.submit(login, { login: 'alice', password: 'any' }))

    const refused = await browser.open(`http://localhost:${there}/refresh`)

    expect(page.text).to.include('Hello, Mx alice')
    expect(refused).to.include({ status: 400, text: 'That did not work. Please start again.\n' })
    expect(app.complained()).to.include('login_required')
  })

  it('refuses a logout by a form of another site', async () => {
    const { browser } = await signedIn()

    const sent = await browser.agent.post(at('/logout'), {}, { origin: 'https://evil.example.com' })

    expect(sent.status).to.equal(403)
    expect((await browser.open(at('/'))).text).to.include('Hello')
  })
})
