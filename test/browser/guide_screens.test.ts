import { createServer, type Server } from 'node:http'
import { expect } from 'chai'
import type { Browser, Page as Tab } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { followGuide } from '../support/guide.ts'

describe('the screens of docs/guides/screens.md in a browser', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/screens.md', [3000, 3001])
  let browser: Browser
  let application: Server

  before(async () => {
    browser = await launchChromium()
    application = createServer((_req, res) => res.end('arrived')).listen(guide.port(3001))
    for (const name of ['accounts.js', 'pages.js', 'provider.js']) await guide.write(name, guide.file(name))
  })
  after(async () => {
    application.close()
    await browser.close()
  })

  async function open(issuer: string): Promise<Tab> {
    const [address = ''] = /http:\/\/localhost:\d+\/auth\S+/.exec(guide.text()) ?? []
    const context = await browser.newContext()
    context.setDefaultTimeout(15_000)
    const tab = await context.newPage()
    await tab.goto(address.replace(guide.origin(3000), issuer))
    return tab
  }

  async function signIn(tab: Tab): Promise<void> {
    await tab.locator('input[name=login]').fill('ann')
    await tab.locator('input[name=password]').fill('correct horse')
    await tab.locator('button', { hasText: 'Sign in' }).click()
    await tab.locator('button', { hasText: 'Allow' }).click()
    await tab.waitForURL(/\/cb\?/)
  }

  it('those of express lead through login and consent to the application', async () => {
    await guide.start('server.js', guide.file('server.js'), guide.origin(3000))
    const tab = await open(guide.origin(3000))

    await signIn(tab)

    expect(new URL(tab.url()).searchParams.get('code')).to.be.a('string')
  })

  it('those of a front end that speaks JSON do, too', async () => {
    const [here, there] = [String(guide.port(3000)), String(await guide.anotherPort())]
    const moved = (name: string) => guide.file(name).replaceAll(here, there)
    const issuer = `http://localhost:${there}`
    await guide.write('provider.js', moved('provider.js'))
    await guide.start('api.js', moved('api.js'), issuer)
    const tab = await open(issuer)

    await signIn(tab)

    expect(new URL(tab.url()).searchParams.get('code')).to.be.a('string')
  })
})
