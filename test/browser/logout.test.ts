import { expect } from 'chai'
import type { Browser, BrowserContextOptions, Page as Tab } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type LocalServer, startServer, stopServers } from '../support/local_server.ts'
import { LEAVING_CLIENT } from '../support/logging_out.ts'
import { pkce, type RunningProvider, startProvider, stopProviders } from '../support/start_provider.ts'

const SCREENS: readonly [name: string, options: BrowserContextOptions][] = [
  ['a desktop', { viewport: { width: 1280, height: 800 } }],
  ['a phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
]
/** What security middleware of a host puts on every answer. */
const HOST_POLICY = "default-src 'self'; form-action 'self'; frame-ancestors 'self'"

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')

describe('logout in a browser (OpenID Connect RP-Initiated Logout 1.0)', function () {
  this.timeout(60_000)

  let browser: Browser
  let op: RunningProvider
  /** The client's server; where it sends the browser on to is another one. */
  let rp: LocalServer
  let app: LocalServer
  /** The same, by a name that makes it another site. */
  let rpOrigin: string

  before(async () => {
    browser = await launchChromium()
  })
  beforeEach(async () => {
    app = await startServer((_req, res) => res.setHeader('content-type', 'text/html').end('<h1>app</h1>'))
    rp = await startServer((req, res) => {
      if (req.url?.startsWith('/bye')) {
        res.writeHead(303, { location: `${app.origin}/done` }).end()
        return
      }
      const fields = { client_id: 'web', post_logout_redirect_uri: `${rpOrigin}/bye`, state: 'a&"b' }
      const inputs = Object.entries(fields).map(
        ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
      )
      const action = op.provider.urlFor('end_session')
      res.setHeader('content-type', 'text/html')
      res.end(`<form method="post" action="${action}">${inputs.join('')}<button>Leave</button></form>`)
    })
    rpOrigin = `http://localhost:${rp.port}`
    op = await startProvider(
      {
        clients: [
          {
            ...LEAVING_CLIENT,
            client_name: 'Example shop',
            redirect_uris: [`${rpOrigin}/cb`],
            post_logout_redirect_uris: [`${rpOrigin}/bye`],
          },
        ],
        features: { devInteractions: { enabled: true } },
      },
      {
        screens: false,
        use: [
          (ctx, next) => {
            ctx.set('content-security-policy', HOST_POLICY)
            return next()
          },
        ],
      },
    )
  })
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })
  after(() => browser.close())

  async function logIn(options: BrowserContextOptions): Promise<{ tab: Tab; complaints: string[] }> {
    const context = await browser.newContext(options)
    const tab = await context.newPage()
    const complaints: string[] = []
    tab.on('console', (message) => message.type() !== 'log' && complaints.push(message.text()))
    tab.on('pageerror', (error) => complaints.push(error.message))
    const proof = { code_challenge: pkce().challenge, code_challenge_method: 'S256' }
    await tab.goto(op.authorizationUrl({ ...proof, redirect_uri: `${rpOrigin}/cb` }))
    await tab.locator('#login').fill('ann')
    await tab.locator('#password').fill('x')
    await tab.locator('form button').click()
    await tab.getByRole('button', { name: 'Continue' }).click()
    await tab.waitForURL(`${rpOrigin}/cb?**`)
    complaints.length = 0
    return { tab, complaints }
  }

  /** What holds for every screen. */
  async function checkScreen(tab: Tab, title: string): Promise<void> {
    await tab.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
    expect(await tab.title()).to.equal(title)
    const width = tab.viewportSize()?.width ?? 0
    const content = await tab.locator('html').evaluate((root: { scrollWidth: number }) => root.scrollWidth)
    expect(content, `${title} scrolls sideways`).to.be.at.most(width)
    for (const control of await tab.locator('button, .button').all())
      expect((await control.boundingBox())?.height ?? 0, title).to.be.at.least(44)
    const shots = process.env['SCREENSHOTS']
    if (shots !== undefined)
      await tab.screenshot({ path: `${shots}/${title} ${tab.viewportSize()?.width}.png`, fullPage: true })
  }

  const endSession = (params: Record<string, string> = {}) =>
    `${op.provider.urlFor('end_session')}?${new URLSearchParams(params)}`

  const isSignedIn = async (tab: Tab) =>
    (await tab.context().cookies(op.origin)).some(({ name }) => name === '_session')

  for (const [screen, options] of SCREENS) {
    for (const javaScriptEnabled of [true, false]) {
      describe(`on ${screen} ${javaScriptEnabled ? 'with' : 'without'} scripts`, () => {
        const everything = { ...options, javaScriptEnabled }

        it('A152 A155 W7 asks, signs out and arrives where the client sends the browser on to', async () => {
          const { tab, complaints } = await logIn(everything)
          await tab.goto(endSession({ client_id: 'web', post_logout_redirect_uri: `${rpOrigin}/bye` }))
          await checkScreen(tab, 'Sign out')

          await tab.getByRole('button', { name: 'Yes, sign me out' }).click()
          await tab.waitForURL(`${app.origin}/done`)

          expect(await isSignedIn(tab)).to.equal(false)
          expect(complaints).to.deep.equal([])
          await tab.context().close()
        })

        it('A158 says that the person is signed out where no client waits', async () => {
          const { tab, complaints } = await logIn(everything)
          await tab.goto(endSession())

          await tab.getByRole('button', { name: 'Yes, sign me out' }).click()
          await checkScreen(tab, 'Signed out')

          expect(await tab.getByRole('main').textContent()).to.include(
            'You are signed out. You can close this page.',
          )
          expect(await isSignedIn(tab)).to.equal(false)
          expect(complaints).to.deep.equal([])
          await tab.context().close()
        })

        it('A156 says which application the person left, and that they are still signed in', async () => {
          const { tab, complaints } = await logIn(everything)
          await tab.goto(endSession({ client_id: 'web' }))

          await tab.getByRole('button', { name: 'No, stay signed in' }).click()
          await checkScreen(tab, 'Signed out')

          expect(await tab.getByRole('main').textContent())
            .to.include('Example shop')
            .and.include('still signed in')
          expect(await isSignedIn(tab)).to.equal(true)
          expect(complaints).to.deep.equal([])
          await tab.context().close()
        })

        it('A156 says that nothing happened when nobody asked and the person stays', async () => {
          const { tab } = await logIn(everything)
          await tab.goto(endSession())

          await tab.getByRole('button', { name: 'No, stay signed in' }).click()

          await checkScreen(tab, 'Still signed in')
          await tab.context().close()
        })

        it('A152 A093 a form of another site finds the session, although its cookie is SameSite=Lax', async () => {
          const { tab, complaints } = await logIn(everything)
          await tab.goto(`${rpOrigin}/`)

          await tab.getByRole('button', { name: 'Leave' }).click()
          if (!javaScriptEnabled) {
            await checkScreen(tab, 'One moment')
            await tab.getByRole('button', { name: 'Continue' }).click()
          }
          await checkScreen(tab, 'Sign out')
          await tab.getByRole('button', { name: 'Yes, sign me out' }).click()
          await tab.waitForURL(`${app.origin}/done`)

          const [bye] = rp.requests.filter(({ url }) => url?.startsWith('/bye'))
          expect(bye?.url).to.equal('/bye?state=a%26%22b')
          expect(complaints).to.deep.equal([])
          await tab.context().close()
        })

        it('A151 shows what is wrong to the person, and stays where it is', async () => {
          const { tab } = await logIn(everything)
          await tab.goto(endSession({ client_id: 'web', post_logout_redirect_uri: 'https://evil.example/' }))

          await checkScreen(tab, 'Something went wrong')
          await tab.context().close()
        })
      })
    }
  }

  it('a button pressed twice ends with a page that says so, not with an error', async () => {
    const { tab } = await logIn({})
    await tab.goto(endSession())
    const xsrf = await tab.locator('input[name=xsrf]').inputValue()
    const cookies = await tab.context().cookies(op.origin)
    await tab.getByRole('button', { name: 'Yes, sign me out' }).click()
    await checkScreen(tab, 'Signed out')

    // What the second press sends: it was on its way before the first was answered.
    const response = await fetch(op.provider.urlFor('end_session_confirm'), {
      method: 'POST',
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
      headers: {
        accept: 'text/html',
        cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
      },
    })

    expect(response.status).to.equal(200)
    expect(await response.text()).to.include('url=/session/end/success')
    await tab.context().close()
  })

  it('can be used with the keyboard alone; Enter signs out (WCAG 2.2 §2.1.1)', async () => {
    const { tab } = await logIn({})
    await tab.goto(endSession())
    await checkScreen(tab, 'Sign out')

    const focused = () =>
      tab.locator(':focus').evaluate((element: { textContent: string }) => element.textContent)
    expect(await focused()).to.equal('Yes, sign me out')
    await tab.keyboard.press('Tab')
    expect(await focused()).to.equal('No, stay signed in')
    await tab.keyboard.press('Shift+Tab')
    await tab.keyboard.press('Enter')

    await checkScreen(tab, 'Signed out')
    await tab.context().close()
  })
})
