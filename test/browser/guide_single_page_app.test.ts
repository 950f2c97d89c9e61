import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { followGuide } from '../support/guide.ts'

describe('the guide docs/guides/single_page_apps.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/single_page_apps.md', [3000, 3001])
  let browser: Browser

  before(async () => {
    browser = await launchChromium()
    await guide.write('index.html', guide.file('index.html'))
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    await guide.start('app.js', guide.file('app.js'), guide.origin(3001))
  })
  after(() => browser.close())

  it('its page signs somebody in by scripts alone, and out again (Fetch Standard §3.2, RFC 7636)', async () => {
    const tab = await (await browser.newContext()).newPage()
    tab.setDefaultTimeout(15_000)

    await tab.goto(guide.origin(3001))
    await tab.locator('input[name=login]').fill('alice')
    await tab.locator('input[name=password]').fill('any')
    await tab.locator('button', { hasText: 'Sign in' }).click()
    await tab.locator('button', { hasText: 'Continue' }).click()
    await tab.locator('output', { hasText: 'Hello, Mx alice' }).waitFor()
    expect(tab.url()).to.equal(`${guide.origin(3001)}/`)

    await tab.locator('#out').click()
    await tab.locator('button', { hasText: 'sign me out' }).click()
    // The page starts over, and nobody is signed in.
    await tab.locator('input[name=password]').waitFor()
  })
})
