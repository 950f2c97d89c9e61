import { expect } from 'chai'
import type { Browser, BrowserContextOptions, Page as Tab } from 'playwright-core'
import { type Demo, start } from '../../example/start.ts'
import { launchChromium } from '../support/chromium.ts'

const SCREENS: readonly [name: string, options: BrowserContextOptions][] = [
  ['a desktop', { viewport: { width: 1280, height: 800 } }],
  ['a phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
]

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

describe('demo in a browser', function () {
  this.timeout(30_000)

  let browser: Browser
  let demo: Demo

  before(async () => {
    demo = await start({ port: 0, rpPort: 0, logger: silent })
    browser = await launchChromium()
  })
  after(async () => {
    await browser.close()
    await demo.close()
  })

  async function visit(options: BrowserContextOptions): Promise<{ tab: Tab; complaints: string[] }> {
    const context = await browser.newContext(options)
    const tab = await context.newPage()
    const complaints: string[] = []
    tab.on('console', (message) => message.type() !== 'log' && complaints.push(message.text()))
    tab.on('pageerror', (error) => complaints.push(error.message))
    await tab.goto(demo.relyingParty)
    return { tab, complaints }
  }

  /** What holds for every screen, whoever renders it. */
  async function checkScreen(tab: Tab, title: string): Promise<void> {
    await tab.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
    expect(await tab.title()).to.equal(title)
    expect(await tab.getByRole('heading', { level: 1 }).count()).to.equal(1)

    const width = tab.viewportSize()?.width ?? 0
    const content = await tab.locator('html').evaluate((root: { scrollWidth: number }) => root.scrollWidth)
    expect(content, `${title} scrolls sideways`).to.be.at.most(width)

    for (const control of await tab.locator('button, .button, input:not([type=hidden])').all()) {
      const height = (await control.boundingBox())?.height ?? 0
      expect(height, `${title}: ${await control.textContent()}`).to.be.at.least(44)
    }
  }

  async function toLoginScreen(tab: Tab): Promise<void> {
    await tab.getByRole('button', { name: 'Sign in', exact: true }).click()
    await checkScreen(tab, 'Sign in')
    expect(tab.url()).to.match(new RegExp(`^${demo.issuer}/`))
  }

  async function logIn(tab: Tab): Promise<void> {
    await tab.getByLabel('Username').fill('ann')
    await tab.getByLabel('Password').fill('anything')
    await tab.getByRole('button', { name: 'Sign in', exact: true }).click()
    await checkScreen(tab, 'Allow access')
  }

  const fact = (tab: Tab, section: string, name: string) =>
    tab
      .getByRole('region', { name: section })
      .locator('div', { has: tab.getByText(name, { exact: true }) })
      .locator('dd')
      .textContent()

  for (const [screen, options] of SCREENS) {
    for (const javaScriptEnabled of [true, false]) {
      describe(`on ${screen} ${javaScriptEnabled ? 'with' : 'without'} scripts`, () => {
        let tab: Tab
        let complaints: string[]

        beforeEach(async () => {
          ;({ tab, complaints } = await visit({ ...options, javaScriptEnabled }))
        })
        afterEach(() => tab.context().close())

        it('tells the application when a person cancels the login (RFC 6749 §4.1.2.1)', async () => {
          await toLoginScreen(tab)

          await tab.getByRole('link', { name: 'Cancel' }).click()

          await checkScreen(tab, 'Sign-in cancelled')
          expect(await tab.getByRole('status').textContent()).to.include('access_denied')
          expect(await tab.locator('.fault').count()).to.equal(0)
        })

        it('tells the application when a person does not consent (OpenID Connect Core 1.0 §3.1.2.4)', async () => {
          await toLoginScreen(tab)
          await logIn(tab)

          await tab.getByRole('link', { name: 'Cancel' }).click()

          await checkScreen(tab, 'Sign-in cancelled')
          expect(await tab.getByRole('status').textContent()).to.include('access_denied')
          expect(await tab.locator('.fault').count()).to.equal(0)
        })

        it('logs in, shows what it got, refreshes and signs out of both (OpenID Connect Core 1.0 §3.1, §12, RP-Initiated Logout 1.0 §2)', async () => {
          await checkScreen(tab, 'Demo application')
          await toLoginScreen(tab)
          await logIn(tab)
          expect(await tab.getByRole('main').textContent())
            .to.include('Demo application')
            .and.to.include('keep this access while you are away')
            .and.to.include('Signed in as ann. Not you?')

          await tab.getByRole('button', { name: 'Continue' }).click()
          await checkScreen(tab, 'Hello, Ann Example')
          expect(await fact(tab, 'ID Token', 'sub')).to.equal('ann')
          expect(await fact(tab, 'ID Token', 'iss')).to.equal(demo.issuer)
          expect(await fact(tab, 'UserInfo', 'email')).to.equal('ann@example.com')
          expect(await fact(tab, 'Tokens', 'scope')).to.equal('openid profile email offline_access')
          expect(await fact(tab, 'ID Token header', 'alg')).to.equal('RS256')
          expect(String(await fact(tab, 'Tokens', 'id_token')).split('.')).to.have.length(3)
          const font = (element: {
            ownerDocument: { defaultView: { getComputedStyle(of: unknown): { fontFamily: string } } }
          }) => element.ownerDocument.defaultView.getComputedStyle(element).fontFamily
          expect(await tab.locator('dd code').first().evaluate(font)).to.include('monospace')
          const { y = 0, height = 0 } =
            (await tab.getByRole('button', { name: 'Refresh' }).boundingBox()) ?? {}
          expect(y + height, 'actions are in view').to.be.below(tab.viewportSize()?.height ?? 0)
          const before = await fact(tab, 'Tokens', 'access_token')

          await tab.getByRole('button', { name: 'Refresh' }).click()
          await tab.getByRole('status').waitFor()
          await checkScreen(tab, 'Hello, Ann Example')
          expect(await fact(tab, 'Tokens', 'access_token')).not.to.equal(before)

          await tab.getByRole('button', { name: 'Sign out' }).click()
          await checkScreen(tab, 'Sign out')
          expect(tab.url()).to.match(new RegExp(`^${demo.issuer}/session/end`))
          await tab.getByRole('button', { name: 'Yes, sign me out' }).click()
          await checkScreen(tab, 'Demo application')
          expect(await tab.getByRole('status').textContent()).to.include('signed out')
          await toLoginScreen(tab)
          expect(complaints).to.deep.equal([])
        })
      })
    }
  }

  it('can be used with the keyboard alone, in the order one reads (WCAG 2.2 §2.4.3)', async () => {
    const { tab } = await visit({})
    const focused = () =>
      tab
        .locator(':focus')
        .evaluate((element: { id: string; textContent: string }) => element.id || element.textContent)
    const press = async (key: string) => {
      await tab.keyboard.press(key)
      return focused()
    }

    expect(await press('Tab')).to.equal('Sign in')
    await tab.keyboard.press('Enter')
    await tab.getByLabel('Username').waitFor()
    expect(await focused()).to.equal('login')
    await tab.keyboard.type('ann')
    expect(await press('Tab')).to.equal('password')
    await tab.keyboard.type('x')
    expect(await press('Tab')).to.equal('Sign in')
    expect(await press('Tab')).to.equal('Cancel')
    expect(await press('Shift+Tab')).to.equal('Sign in')

    await tab.keyboard.press('Enter')
    await tab.getByRole('heading', { name: 'Allow access' }).waitFor()
    expect(await press('Tab')).to.equal('Not you?')
    expect(await press('Tab')).to.equal('Continue')
    expect(await press('Tab')).to.equal('Cancel')
    await tab.context().close()
  })

  it('lets somebody else sign in from the consent screen', async () => {
    const { tab } = await visit({})
    await toLoginScreen(tab)
    await logIn(tab)

    await tab.getByRole('link', { name: 'Not you?' }).click()
    await checkScreen(tab, 'Sign in')
    await tab.getByLabel('Username').fill('bob')
    await tab.getByLabel('Password').fill('anything')
    await tab.getByRole('button', { name: 'Sign in', exact: true }).click()
    await tab.getByText('Signed in as bob').waitFor()
    await tab.getByRole('button', { name: 'Continue' }).click()

    await checkScreen(tab, 'Hello, bob')
    expect(await fact(tab, 'ID Token', 'sub')).to.equal('bob')
    await tab.context().close()
  })

  it('says which port is taken and how to choose another', async () => {
    const port = Number(new URL(demo.issuer).port)
    let refusal: unknown

    try {
      await start({ port, rpPort: 0, logger: silent })
    } catch (error) {
      refusal = error
    }

    expect(refusal)
      .to.be.an('error')
      .with.property('message', `Port ${port} is taken. Choose another one: PORT=${port + 10} npm start`)
  })
})
