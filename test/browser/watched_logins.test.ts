import { expect } from 'chai'
import type { Browser, BrowserContext, BrowserContextOptions, Page as Tab } from 'playwright-core'
import { developmentKeys } from '../../lib/helpers/jose/development_keys.ts'
import Provider from '../../lib/index.ts'
import type { Configuration } from '../../types/configuration.ts'
import { launchChromium, launchPermissive } from '../support/chromium.ts'
import { startSecureServer, stopSecureServers } from '../support/secure_server.ts'
import { WatchingApplication, watchingPage } from '../support/watching_application.ts'

const KEYS = developmentKeys()
const QUIET = { info() {}, warn() {}, error() {} }

describe('two applications that watch one login in a browser', function () {
  this.timeout(60_000)

  let browser: Browser
  /** At another site than the provider. */
  let shop: WatchingApplication
  /** At the same site, and another origin. */
  let forum: WatchingApplication
  let provider: Provider
  const endings: (() => Promise<void>)[] = []
  const serverErrors: unknown[] = []

  before(async () => {
    browser = await launchChromium()
  })
  beforeEach(() => start())
  afterEach(async () => {
    await Promise.all(endings.splice(0).map((end) => end()))
    await stopSecureServers()
    expect(serverErrors.splice(0)).to.deep.equal([])
  })
  after(() => browser.close())

  /** The provider, and both applications, which find it by an account. */
  async function start(features: Configuration['features'] = {}): Promise<void> {
    shop = await WatchingApplication.start('shop', '127.0.0.1')
    forum = await WatchingApplication.start('forum', 'localhost')
    const server = await startSecureServer('localhost')
    provider = new Provider(server.origin, {
      logger: QUIET,
      jwks: KEYS,
      cookies: { keys: ['a key for cookies'] },
      clients: [shop.metadata, forum.metadata],
      features: {
        frontchannelLogout: { enabled: true },
        sessionManagement: { enabled: true },
        webfinger: { enabled: true },
        ...features,
      },
    })
    provider.on('server_error', (_ctx, error) => serverErrors.push(error))
    server.answerBy(provider.callback())
    const { host } = new URL(server.origin)
    for (const application of [shop, forum]) await application.findProvider(`acct:ann@${host}`)
  }

  /** One that lets frames of other sites have their cookies. */
  async function newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const { context, end } = await launchPermissive({ ignoreHTTPSErrors: true, ...options })
    endings.push(end)
    return context
  }

  /** One that does not, as browsers are set more and more. */
  async function strictContext(): Promise<BrowserContext> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    endings.push(() => context.close())
    return context
  }

  const heading = (tab: Tab) => tab.locator('h1').first().textContent()

  /** Signs ann in: at the first application with her name, at the second one she only consents. */
  async function signIn(context: BrowserContext, application: WatchingApplication): Promise<Tab> {
    const tab = await context.newPage()
    await tab.goto(`${application.origin}/login`)
    const name = tab.locator('#login')
    if ((await name.count()) > 0) {
      await name.fill('ann')
      await tab.locator('#password').fill('x')
      await tab.locator('form button').click()
    }
    await tab.getByRole('button', { name: 'Continue' }).click()
    await tab.waitForURL(`${application.origin}/`)
    expect(await heading(tab)).to.equal('ann')
    return tab
  }

  /** What the frame of the provider answers to the page of an application. */
  async function ask(tab: Tab, question = 'asked'): Promise<unknown> {
    await tab.waitForLoadState('load')
    return tab.evaluate(`ask(${question})`)
  }

  const endSession = (application: WatchingApplication) => {
    const query = new URLSearchParams({
      client_id: String(application.metadata.client_id),
      post_logout_redirect_uri: `${application.origin}/`,
      state: 'xyz',
    })
    return `${provider.urlFor('end_session')}?${query}`
  }

  async function signOut(tab: Tab, application: WatchingApplication): Promise<void> {
    await tab.goto(endSession(application))
    await tab.getByRole('button', { name: 'Yes, sign me out' }).click()
  }

  it('F368 they find the provider by an account (OpenID Connect Discovery 1.0 §2, RFC 7033)', () => {
    for (const { issuer } of [shop, forum])
      expect(issuer.metadata).to.include({
        issuer: provider.issuer,
        check_session_iframe: provider.urlFor('check_session'),
        frontchannel_logout_supported: true,
      })
  })

  describe('OpenID Connect Session Management 1.0', () => {
    it('§3.2 the frame says unchanged to both, at its own and at another site, however often it is asked', async () => {
      const context = await newContext()
      const tabs = [await signIn(context, shop), await signIn(context, forum)]

      for (const tab of [...tabs, ...tabs]) expect(await ask(tab)).to.equal('unchanged')
    })

    it('oidcc-session-management-rp-initiated-logout: §3.2 it says changed to both when the person has signed out, and prompt=none then login_required', async () => {
      const context = await newContext()
      const tabs = [await signIn(context, shop), await signIn(context, forum)]

      expect(await Promise.all(tabs.map((tab) => ask(tab)))).to.deep.equal(['unchanged', 'unchanged'])

      await signOut(await context.newPage(), forum)
      const answers = await Promise.all(tabs.map((tab) => ask(tab)))
      await tabs[0]?.goto(`${shop.origin}/login?prompt=none`)

      expect(answers).to.deep.equal(['changed', 'changed'])
      expect(tabs[0] && (await heading(tabs[0]))).to.equal('login_required')
    })

    it('§3.2 a login anew is a change, after which prompt=none brings a state that holds', async () => {
      const context = await newContext()
      const tab = await signIn(context, shop)
      await signOut(await context.newPage(), forum)
      await signIn(context, forum)
      expect(await ask(tab)).to.equal('changed')

      await tab.goto(`${shop.origin}/login`)
      await tab.getByRole('button', { name: 'Continue' }).click()
      await tab.waitForURL(`${shop.origin}/`)

      expect(await ask(tab)).to.equal('unchanged')
    })

    it('L20 §3.2 the frame says error to whatever is no question', async () => {
      const tab = await signIn(await newContext(), shop)

      for (const question of [
        '""',
        '"shop"',
        'asked.split(".")[0]',
        'asked.split(" ")[1]',
        'asked + " x"',
        '"shop <script>.x"',
      ])
        expect(await ask(tab, question), question).to.equal('error')
    })

    it('L20 §3.2 it does not answer what is no text, nor whoever is not the page around it', async () => {
      const stranger = await startSecureServer('127.0.0.1')
      stranger.answerBy((_req, res) => {
        res.setHeader('content-type', 'text/html').end(`<script>
          const answers = []
          addEventListener('message', ({ data }) => answers.push(data))
        </script>`)
      })
      const tab = await signIn(await newContext(), shop)
      await ask(tab)
      await tab.evaluate(`new Promise((resolve) => {
        const frame = document.createElement('iframe')
        frame.onload = resolve
        frame.src = ${JSON.stringify(stranger.origin)}
        document.body.append(frame)
      })`)
      const other = tab.frames().find((frame) => frame.url().startsWith(stranger.origin))
      const question = JSON.stringify(await tab.evaluate('asked'))

      await other?.evaluate(`parent.frames[0].postMessage(${question}, '*')`)
      await tab.evaluate('[{}, 7, null, [asked]].forEach((sent) => frames[0].postMessage(sent, provider))')

      // What was sent before has been judged by the time this is answered.
      expect(await ask(tab)).to.equal('unchanged')
      expect(await other?.evaluate('answers')).to.deep.equal([])
      expect(await tab.evaluate('answers')).to.deep.equal(['unchanged', 'unchanged'])
    })

    it('§3.1 a frame of the application may ask in place of its page', async () => {
      const tab = await signIn(await newContext(), shop)
      await tab.evaluate(`new Promise((resolve) => {
        const frame = document.createElement('iframe')
        frame.onload = resolve
        frame.src = '/out'
        document.body.append(frame)
      })`)
      const own = tab.frames().find((frame) => frame.url() === `${shop.origin}/out`)
      const question = JSON.stringify(await tab.evaluate('asked'))

      const answer = await own?.evaluate(`new Promise((resolve) => {
        addEventListener('message', ({ data }) => resolve(data))
        parent.frames[0].postMessage(${question}, '*')
      })`)

      expect(answer).to.equal('unchanged')
    })

    it('L20 §3.2 a page at another origin learns nothing by a state that it has found', async () => {
      const context = await newContext()
      const tab = await signIn(context, shop)
      const asked = String(await tab.evaluate('asked'))
      const stranger = await startSecureServer('127.0.0.1')
      stranger.answerBy((_req, res) => {
        res.setHeader('content-type', 'text/html').end(watchingPage(provider.urlFor('check_session'), asked))
      })
      const other = await context.newPage()
      await other.goto(stranger.origin)

      expect(await ask(other)).to.equal('changed')
    })

    it('§3.2 an application that sends no referrer is answered as well', async () => {
      shop.hidesItself = true
      const tab = await signIn(await newContext(), shop)

      expect(await ask(tab)).to.equal('unchanged')
    })

    it('L20 §3.2 where the browser keeps cookies from other sites it says error, not changed: nobody asks for ever', async () => {
      const context = await strictContext()
      const tabs = [await signIn(context, shop), await signIn(context, forum)]

      expect(await Promise.all(tabs.map((tab) => ask(tab)))).to.deep.equal(['error', 'unchanged'])
    })
  })

  describe('OpenID Connect Front-Channel Logout 1.0', () => {
    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? 'with' : 'without'

      it(`oidcc-frontchannel-rp-initiated-logout: §3 both are signed out of, ${how} scripts, and the browser goes on`, async () => {
        const context = await newContext({ javaScriptEnabled })
        const tab = await signIn(context, shop)
        await signIn(context, forum)

        await signOut(tab, shop)
        await tab.waitForURL(`${shop.origin}/?state=xyz`)

        expect(await heading(tab)).to.equal('nobody')
        await tab.goto(`${forum.origin}/`)
        expect(await heading(tab)).to.equal('nobody')
        for (const { told } of [shop, forum]) {
          expect(told).to.have.length(1)
          expect(told[0]).to.have.all.keys('iss', 'sid')
        }
      })

      it(`§3 one that does not answer keeps nobody, ${how} scripts`, async () => {
        await stopSecureServers()
        await start({ frontchannelLogout: { enabled: true, timeout: 0.5 } })
        const context = await newContext({ javaScriptEnabled })
        const tab = await signIn(context, shop)
        await signIn(context, forum)
        forum.isSilent = true

        // The page does not finish loading.
        await tab.goto(endSession(shop))
        await tab.getByRole('button', { name: 'Yes, sign me out' }).click({ noWaitAfter: true })
        if (!javaScriptEnabled) await tab.getByRole('link', { name: 'Continue' }).click()
        await tab.waitForURL(`${shop.origin}/?state=xyz`)

        expect(await heading(tab)).to.equal('nobody')
        expect(forum.told).to.have.length(1)
      })
    }

    it('§4.1 where the browser keeps cookies from other sites only those of the same site are signed out of', async () => {
      const context = await strictContext()
      const tab = await signIn(context, forum)
      await signIn(context, shop)

      await signOut(tab, forum)
      await tab.waitForURL(`${forum.origin}/?state=xyz`)

      expect(await heading(tab)).to.equal('nobody')
      await tab.goto(`${shop.origin}/`)
      expect(await heading(tab)).to.equal('ann')
      expect(shop.told).to.have.length(1)
    })

    it('§3 an application of another session is not framed', async () => {
      const one = await newContext()
      const tab = await signIn(one, shop)
      await signIn(await newContext(), forum)

      await signOut(tab, shop)
      await tab.waitForURL(`${shop.origin}/?state=xyz`)

      expect(shop.told).to.have.length(1)
      expect(forum.told).to.deep.equal([])
    })

    it('§4 who frames the URL without knowing the session signs nobody out', async () => {
      const context = await newContext()
      const tab = await signIn(context, shop)
      const stranger = await startSecureServer('localhost')
      stranger.answerBy((_req, res) => {
        const query = new URLSearchParams({ iss: provider.issuer, sid: 'guessed' })
        res
          .setHeader('content-type', 'text/html')
          .end(`<iframe src="${shop.origin}/out?${query.toString().replace('&', '&amp;')}"></iframe>`)
      })
      const other = await context.newPage()
      await other.goto(stranger.origin)

      await tab.reload()

      expect(shop.told).to.have.length(1)
      expect(await heading(tab)).to.equal('ann')
    })
  })
})
