import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/logout.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/logout.md', [3000, 8080])

  it('its application hears of a logout, and the browser arrives there (OpenID Connect Back-Channel Logout 1.0, RP-Initiated Logout 1.0)', async () => {
    const provider = await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    const app = await guide.start('app.js', guide.file('app.js'), guide.origin(8080))
    const [login = '', logout = ''] = [...guide.text().matchAll(/^http:\/\/localhost:\d+\/\S+\?\S+$/gm)].map(
      String,
    )
    const browser = new Browsing()
    const consent = await browser.submit(await browser.open(login), { login: 'alice', password: 'any' })
    await browser.submit(consent)

    const page = await browser.submit(await browser.open(logout), { logout: 'yes' })

    expect(page.url).to.equal(`${guide.origin(8080)}/bye?state=xyz`)
    expect(app.printed()).to.include("sub: 'alice'")
    expect(provider.printed()).to.include('signed out: alice').and.include('told shop of alice')
  })
})
