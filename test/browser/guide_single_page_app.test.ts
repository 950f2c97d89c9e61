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

describe('the guide docs/guides/single_page_apps.md, with tokens that are bound to a key', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/single_page_apps.md', [3000, 3001])
  let browser: Browser

  /** A text with one part of it replaced. */
  function changed(text: string, part: RegExp, by: string): string {
    expect(text).to.match(part)
    return text.replace(part, () => by)
  }

  before(async () => {
    const [, , feature = '', send = '', calls = ''] = guide.blocks()
    const random = /^const random = .*\n/m
    const [line = ''] = random.exec(guide.file('index.html')) ?? []
    const page = changed(guide.file('index.html'), random, line + send)
    const client = changed(
      guide.file('provider.js'),
      /client_id: 'spa',/,
      `client_id: 'spa', dpop_bound_access_tokens: true,`,
    )

    browser = await launchChromium()
    await guide.write('index.html', changed(page, / {2}const tokens = .*(?= {2}document\.)/s, calls))
    await guide.start('provider.js', changed(client, /(?= {2}findAccount)/, feature), guide.origin(3000))
    await guide.start('app.js', guide.file('app.js'), guide.origin(3001))
  })
  after(() => browser.close())

  it('its page proves the key at the token and the userinfo endpoint (RFC 9449 §5, §7.1)', async () => {
    const tab = await (await browser.newContext()).newPage()
    tab.setDefaultTimeout(15_000)
    const token = tab.waitForResponse((response) => response.url().endsWith('/token') && response.ok())

    await tab.goto(guide.origin(3001))
    await tab.locator('input[name=login]').fill('alice')
    await tab.locator('input[name=password]').fill('any')
    await tab.locator('button', { hasText: 'Sign in' }).click()
    await tab.locator('button', { hasText: 'Continue' }).click()

    await tab.locator('output', { hasText: 'Hello, Mx alice' }).waitFor()
    expect(Object(await (await token).json())).to.include({ token_type: 'DPoP' })
  })
})
