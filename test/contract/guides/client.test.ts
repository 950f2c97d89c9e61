import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/client.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/client.md', [3000, 3001])

  before(async () => {
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    await guide.start('app.js', guide.file('app.js'), guide.origin(3001))
  })

  async function signIn(browser: Browsing) {
    const screen = await browser.open(guide.origin(3001))
    return browser.submit(await browser.submit(screen, { login: 'ann', password: 'any' }))
  }

  it('refuses a response that nobody asked for, and one of another login (RFC 6749 §10.12)', async () => {
    const cb = `${guide.origin(3001)}/cb?code=code&state=made+up`
    expect(await new Browsing().open(cb)).to.include({ status: 400, text: 'This login is over.' })
    const browser = new Browsing()
    await browser.open(guide.origin(3001))
    const { status, text } = await browser.open(cb)
    expect(status).to.equal(400)
    expect(text).to.match(/^state mismatch/)
  })

  it('signs a person in, shows their claims, and signs them out of both (OpenID Connect Core 1.0 §3.1)', async () => {
    const browser = new Browsing()
    const { text } = await signIn(browser)
    expect(JSON.parse(text)).to.deep.equal({ sub: 'ann', email: 'ann@example.com', expired: false })
    const question = await browser.open(`${guide.origin(3001)}/logout`)
    expect(question.url).to.include(guide.origin(3000))
  })
})
