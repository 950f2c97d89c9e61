import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { followGuide } from '../support/guide.ts'

describe('the guide docs/guides/logout.md in a browser', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/logout.md', [3000, 8080])
  let browser: Browser

  before(async () => {
    browser = await launchChromium()
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
  })
  after(() => browser.close())

  it('its application is told by both channels, of one session (OpenID Connect Front-Channel Logout 1.0 §3)', async () => {
    const app = await guide.start('app.js', guide.file('app.js'), guide.origin(8080))
    const [login = '', logout = ''] = [...guide.text().matchAll(/^http:\/\/localhost:\d+\/\S+\?\S+$/gm)].map(
      String,
    )
    const tab = await (await browser.newContext()).newPage()
    await tab.goto(login)
    await tab.locator('input[name=login]').fill('alice')
    await tab.locator('input[name=password]').fill('any')
    await tab.locator('form button').click()
    await tab.getByRole('button', { name: 'Continue' }).click()
    await tab.waitForURL(`${guide.origin(8080)}/cb?**`)

    await tab.goto(logout)
    await tab.getByRole('button', { name: 'Yes, sign me out' }).click()
    await tab.waitForURL(`${guide.origin(8080)}/bye?state=xyz`)

    const [, framed = ''] = /framed: (\S+)/.exec(app.printed()) ?? []
    const { searchParams } = new URL(framed, guide.origin(8080))
    expect(searchParams.get('iss')).to.equal(guide.origin(3000))
    expect(app.printed()).to.include(`sid: '${searchParams.get('sid')}'`)
  })
})
