import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { expect } from 'chai'
import type { Browser, Page as Tab } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { type LocalServer, startServer, stopServers } from '../support/local_server.ts'
import { type RunningProvider, startProvider, stopProviders } from '../support/start_provider.ts'

/** What the application runs in the browser; its title says how far it got. */
const application = (issuer: string) => `<!DOCTYPE html><title>…</title>
<script src="/oidc-client-ts.js"></script>
<script>
const manager = new oidc.UserManager({
  authority: ${JSON.stringify(issuer)},
  client_id: 'spa',
  redirect_uri: location.origin + '/cb',
  post_logout_redirect_uri: location.origin + '/bye',
  scope: 'openid',
})
const steps = {
  '/': () => manager.signinRedirect(),
  '/cb': async () => (document.title = 'in as ' + (await manager.signinCallback()).profile.sub),
  '/leave': () => manager.signoutRedirect({ state: 'kept' }),
  '/bye': async () => {
    const { userState } = await manager.signoutCallback()
    document.title = 'out, ' + userState + ', ' + (await manager.getUser())
  },
}
steps[location.pathname]().catch((error) => (document.title = String(error)))
</script>`

describe('oidc-client-ts in a browser (OpenID Connect RP-Initiated Logout 1.0)', function () {
  this.timeout(60_000)

  let browser: Browser
  let op: RunningProvider
  let rp: LocalServer
  let origin: string

  before(async () => {
    browser = await launchChromium()
  })
  beforeEach(async () => {
    const library = createRequire(import.meta.url).resolve('oidc-client-ts')
    const script = await readFile(library.replace(/dist\/.*$/s, 'dist/browser/oidc-client-ts.min.js'))
    rp = await startServer((req, res) => {
      if (req.url === '/oidc-client-ts.js') res.setHeader('content-type', 'text/javascript').end(script)
      else res.setHeader('content-type', 'text/html; charset=utf-8').end(application(op.issuer))
    })
    origin = `http://localhost:${rp.port}`
    op = await startProvider(
      {
        clients: [
          {
            client_id: 'spa',
            token_endpoint_auth_method: 'none',
            redirect_uris: [`${origin}/cb`],
            post_logout_redirect_uris: [`${origin}/bye`],
          },
        ],
        clientBasedCORS: (_ctx, from) => from === origin,
        features: { devInteractions: { enabled: true } },
      },
      { screens: false },
    )
  })
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })
  after(() => browser.close())

  async function logIn(): Promise<Tab> {
    const tab = await (await browser.newContext()).newPage()
    await tab.goto(`${origin}/`)
    await tab.locator('#login').fill('ann')
    await tab.locator('#password').fill('x')
    await tab.locator('form button').click()
    await tab.getByRole('button', { name: 'Continue' }).click()
    await tab.waitForURL(`${origin}/cb?**`)
    return tab
  }

  /** The title once it is no longer the one the page came with. */
  async function titleOf(tab: Tab): Promise<string> {
    await tab.waitForFunction("document.title !== '…'")
    return await tab.title()
  }

  for (const [what, button] of [
    ['out of everything', 'Yes, sign me out'],
    ['out of the application only', 'No, stay signed in'],
  ] as const) {
    it(`A150 A151 A156 logs in, and ${what}`, async () => {
      const tab = await logIn()
      const loggedIn = await titleOf(tab)

      await tab.goto(`${origin}/leave`)
      await tab.getByRole('button', { name: button }).click()
      await tab.waitForURL(`${origin}/bye?**`)

      expect(loggedIn).to.equal('in as ann')
      expect(await titleOf(tab)).to.equal('out, kept, null')
      const isThere = (await tab.context().cookies(op.origin)).some(({ name }) => name === '_session')
      expect(isThere).to.equal(button.startsWith('No'))
      expect(op.serverErrors).to.deep.equal([])
      await tab.context().close()
    })
  }
})
