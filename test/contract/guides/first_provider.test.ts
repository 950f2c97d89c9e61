import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/first_provider.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/first_provider.md', [3000, 3001])

  before(async () => {
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    await guide.start('app.js', guide.file('app.js'), guide.origin(3001))
  })

  async function signIn(browser: Browsing, login: string) {
    const screen = await browser.open(guide.origin(3001))
    expect(screen.text).to.include('My application')
    return browser.submit(screen, { login, password: 'any' })
  }

  it('its application is told when somebody cancels (OpenID Connect Core 1.0 §3.1.2.6)', async () => {
    const browser = new Browsing()
    const screen = await browser.open(guide.origin(3001))
    const [abort = ''] = /\/interaction\/[\w-]+\/abort/.exec(screen.text) ?? []

    const page = await browser.open(new URL(abort, screen.url).href)

    expect(page).to.include({ status: 400, text: 'access_denied\n' })
  })

  it('somebody who is not in its database does not get in', async () => {
    const page = await signIn(new Browsing(), 'eve')

    expect(page).to.include({ status: 400, text: 'access_denied\n' })
  })

  it('its application gets the claims of who signs in, and asks nothing the second time (OpenID Connect Core 1.0 §5.4)', async () => {
    const browser = new Browsing()

    const consent = await signIn(browser, 'ann')
    const { status, text } = await browser.submit(consent)

    const { idToken, userinfo } = JSON.parse(text)
    expect(status).to.equal(200)
    expect(idToken).to.include({ sub: 'ann', iss: guide.origin(3000), aud: 'app' })
    expect(userinfo).to.deep.equal({
      sub: 'ann',
      name: 'Ann Example',
      email: 'ann@example.com',
      email_verified: true,
    })
    expect((await browser.open(guide.origin(3001))).status).to.equal(200)
  })
})
