import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { followGuide } from '../support/guide.ts'

describe('the guide docs/guides/session_management.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/session_management.md', [3000, 8080])
  let browser: Browser

  before(async () => {
    browser = await launchChromium()
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
  })
  after(() => browser.close())

  it('its page notices that somebody has signed out in another tab (OpenID Connect Session Management 1.0 §3)', async () => {
    const app = await guide.start('app.js', guide.file('app.js'), guide.origin(8080))
    const context = await browser.newContext()
    const tab = await context.newPage()
    await tab.goto(guide.origin(8080))
    await tab.getByRole('link', { name: 'Sign in' }).click()
    await tab.locator('input[name=login]').fill('alice')
    await tab.locator('input[name=password]').fill('any')
    await tab.locator('form button').click()
    await tab.getByRole('button', { name: 'Continue' }).click()
    await tab.getByRole('heading', { name: 'alice' }).waitFor()

    const other = await context.newPage()
    await other.goto(`${guide.origin(3000)}/session/end`)
    await other.getByRole('button', { name: 'Yes, sign me out' }).click()

    await tab.getByRole('heading', { name: 'Nobody' }).waitFor()
    expect(app.printed()).to.include('nobody is signed in: login_required')
  })
})
