import { once } from 'node:events'
import { createServer as createSecureServer, type Server } from 'node:https'
import { expect } from 'chai'
import type { Browser, Page as Tab } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'

/** What security middleware of a host puts on every answer. */
const HOST_POLICY = "default-src 'self'; form-action 'self'; frame-ancestors 'self'"
const PROOF = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' }

/** A client on https that sends the browser on to its app. */
class Forwarder {
  readonly #server: Server
  target = ''
  readonly received: string[] = []

  constructor() {
    this.#server = createSecureServer(CERTIFICATE, async (req, res) => {
      const body = (await req.setEncoding('utf8').toArray()).join('')
      this.received.push(req.method === 'POST' ? body : (req.url ?? ''))
      res.writeHead(303, { location: this.target }).end()
    })
  }

  async start(): Promise<this> {
    this.#server.listen(0, 'localhost')
    await once(this.#server, 'listening')
    return this
  }

  get callback(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP port was expected')
    return `https://localhost:${address.port}/cb`
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

describe('a client that sends the browser on after a form (Content Security Policy Level 3 §6.4.1)', function () {
  this.timeout(30_000)

  let browser: Browser
  let client: Forwarder

  before(async () => {
    browser = await launchChromium()
    client = await new Forwarder().start()
  })
  beforeEach(() => {
    client.received.length = 0
  })
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })
  after(async () => {
    await browser.close()
    client.stop()
  })

  /** At the login screen of a provider in a host with a policy of its own. */
  async function atLogin(mode: string, javaScriptEnabled: boolean) {
    const op = await startProvider(
      {
        clients: [{ ...WEB_CLIENT, redirect_uris: [client.callback] }],
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
    const context = await browser.newContext({ ignoreHTTPSErrors: true, javaScriptEnabled })
    const tab = await context.newPage()
    const complaints: string[] = []
    tab.on('console', (message) => /Security Policy/.test(message.text()) && complaints.push(message.text()))
    await tab.goto(op.authorizationUrl({ ...PROOF, redirect_uri: client.callback, response_mode: mode }))
    return { tab, complaints, close: () => context.close() }
  }

  async function logInAndConsent(tab: Tab, mode: string, javaScriptEnabled: boolean): Promise<void> {
    await tab.locator('#login').fill('ann')
    await tab.locator('#password').fill('x')
    await tab.locator('form button').click()
    await tab.waitForURL(/interaction/)
    await tab.getByRole('button', { name: 'Continue' }).click()
    if (mode === 'form_post' && !javaScriptEnabled)
      await tab.getByRole('button', { name: 'Continue' }).click()
  }

  for (const mode of ['query', 'form_post']) {
    for (const javaScriptEnabled of [true, false]) {
      const how = `${mode}, ${javaScriptEnabled ? 'with' : 'without'} scripts`

      it(`W7 arrives at a loopback address (${how}; RFC 8252 §7.3)`, async () => {
        const app = await startServer((_req, res) => {
          res.setHeader('content-type', 'text/html').end('<h1>app</h1>')
        })
        client.target = `${app.origin}/done`
        const { tab, complaints, close } = await atLogin(mode, javaScriptEnabled)

        await logInAndConsent(tab, mode, javaScriptEnabled)
        await tab.waitForURL(client.target)

        expect(client.received.join()).to.include('code=')
        expect(complaints).to.deep.equal([])
        await close()
      })

      it(`W7 reaches an app by its own scheme (${how}; RFC 8252 §7.1)`, async () => {
        client.target = 'myapp://done'
        const { tab, complaints, close } = await atLogin(mode, javaScriptEnabled)
        const tried = tab.waitForRequest(client.target)

        await logInAndConsent(tab, mode, javaScriptEnabled)

        await tried
        expect(client.received.join()).to.include('code=')
        expect(complaints).to.deep.equal([])
        await close()
      })
    }
  }
})
