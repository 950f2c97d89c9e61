import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

/** A client on localhost, another site than the provider on 127.0.0.1. */
class ClientSite {
  readonly #server: Server
  readonly posted: string[] = []
  page = '<h1>client</h1>'

  constructor() {
    this.#server = createServer(async (req: IncomingMessage, res) => {
      const body = (await req.setEncoding('utf8').toArray()).join('')
      if (req.method === 'POST') this.posted.push(body)
      res.setHeader('content-type', 'text/html').end(this.page)
    })
  }

  async start(): Promise<this> {
    this.#server.listen(0, 'localhost')
    await once(this.#server, 'listening')
    return this
  }

  get origin(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP port was expected')
    return `http://localhost:${address.port}`
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

describe('response modes in a browser', function () {
  this.timeout(30_000)

  let browser: Browser
  let site: ClientSite

  before(async () => {
    browser = await launchChromium()
    site = await new ClientSite().start()
  })
  beforeEach(() => {
    site.posted.length = 0
  })
  afterEach(stopProviders)
  after(async () => {
    await browser.close()
    site.stop()
  })

  /** A provider whose host sets a policy of its own, as security middleware does. */
  const start = () =>
    startProvider(
      {
        clients: [{ ...WEB_CLIENT, redirect_uris: [`${site.origin}/cb`] }],
        features: { webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' } },
      },
      {
        use: [
          (ctx, next) => {
            ctx.set(
              'content-security-policy',
              "default-src 'self'; form-action 'self'; frame-ancestors 'self'",
            )
            return next()
          },
        ],
      },
    )
  const params = (mode: string) => ({
    redirect_uri: `${site.origin}/cb`,
    response_mode: mode,
    prompt: 'none',
    state: `"'><script>alert(1)</script>`,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })

  for (const javaScriptEnabled of [true, false]) {
    it(`W11 A093 form_post arrives ${javaScriptEnabled ? 'by itself' : 'by its button where scripts do not run'}, whatever policy the host has`, async () => {
      const op = await start()
      const context = await browser.newContext({ javaScriptEnabled })
      const tab = await context.newPage()

      await tab.goto(op.authorizationUrl(params('form_post')))
      if (!javaScriptEnabled) await tab.click('button')
      await tab.waitForURL(`${site.origin}/cb`)

      const [answer] = site.posted.map((body) => Object.fromEntries(new URLSearchParams(body)))
      expect(answer).to.include({ error: 'login_required', state: params('').state, iss: op.issuer })
      await context.close()
    })
  }

  it('A45 a frame hands its message to the window it is framed by, when that is the client', async () => {
    const op = await start()
    const url = op.authorizationUrl(params('web_message')).replaceAll('&', '&amp;')
    site.page = `<script>addEventListener('message', ({ data, origin }) => { window.got = { data, origin } })</script><iframe src="${url}"></iframe>`
    const tab = await browser.newPage()

    await tab.goto(`${site.origin}/app`)
    const got = await tab.waitForFunction('window.got')

    const { data, origin } = JSON.parse(JSON.stringify(await got.jsonValue()))
    expect(origin).to.equal(op.origin)
    expect(data.type).to.equal('authorization_response')
    expect(data.response).to.include({ error: 'login_required', state: params('').state })
    await tab.close()
  })

  it('A45 a window of another origin cannot frame the page, and gets no message', async () => {
    const op = await start()
    const url = op.authorizationUrl(params('web_message')).replaceAll('&', '&amp;')
    const evil = await new ClientSite().start()
    evil.page = `<script>addEventListener('message', () => { window.got = true })</script><iframe src="${url}"></iframe>`
    const tab = await browser.newPage()
    const complaint = tab.waitForEvent('console', {
      predicate: (said) => said.text().includes('frame-ancestors'),
      timeout: 10_000,
    })

    await tab.goto(evil.origin)

    expect((await complaint).text()).to.include(site.origin)
    expect(await tab.evaluate('window.got')).to.equal(undefined)
    await tab.close()
    evil.stop()
  })
})
