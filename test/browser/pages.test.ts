import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { plainAppearance } from '../../lib/actions/pages/make_screens.ts'
import { formPostPage } from '../../lib/actions/response_modes/form_post.ts'
import type { Page } from '../../lib/engine/render_page.ts'
import { launchChromium } from '../support/chromium.ts'

/** A site that answers as told and remembers what was posted to it. */
async function startSite(answer: (req: IncomingMessage, res: ServerResponse) => void) {
  const posted: string[] = []
  const server: Server = createServer(async (req, res) => {
    const body = (await req.setEncoding('utf8').toArray()).join('')
    if (req.method === 'POST') posted.push(body)
    answer(req, res)
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP port was expected')
  return { origin: `http://localhost:${address.port}`, posted, server }
}

const say = (res: ServerResponse, text: string) =>
  res.setHeader('content-type', 'text/html').end(`<h1>${text}</h1>`)

describe('pages in a browser', function () {
  this.timeout(30_000)

  let browser: Browser
  let page: Page = { html: '', policy: '' }
  let client: Awaited<ReturnType<typeof startSite>>
  let provider: Awaited<ReturnType<typeof startSite>>

  before(async () => {
    browser = await launchChromium()
    client = await startSite((_req, res) => say(res, 'client'))
    provider = await startSite((req, res) => {
      if (req.method === 'POST') return res.writeHead(303, { location: `${client.origin}/cb` }).end()
      return res
        .setHeader('content-type', 'text/html')
        .setHeader('content-security-policy', page.policy)
        .end(page.html)
    })
  })
  beforeEach(() => {
    client.posted.length = 0
    provider.posted.length = 0
  })
  after(async () => {
    await browser.close()
    for (const { server } of [client, provider]) {
      server.close()
      server.closeAllConnections()
    }
  })

  async function open(shown: Page, javaScriptEnabled = true) {
    page = shown
    const context = await browser.newContext({ javaScriptEnabled })
    const tab = await context.newPage()
    const errors: string[] = []
    tab.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    const error = tab.waitForEvent('console', (message) => message.type() === 'error')
    // Most tests wait for no error; that none came must not count as one.
    error.catch(() => undefined)
    // A form that submits itself may keep the page from ever being loaded.
    await tab.goto(provider.origin, { waitUntil: 'commit' })
    return { tab, errors, error }
  }

  describe('form post (OAuth 2.0 Form Post Response Mode 1.0 §2)', () => {
    const response = {
      code: 'c',
      state: `<"'&\`+ %20é\u202E`,
      submit: 'hides the method of the form',
      action: 'x',
    }
    const expected = new URLSearchParams(response).toString()

    it('lets the client send the browser on to another origin (W7)', async () => {
      const { tab, errors } = await open(
        formPostPage(plainAppearance(), `${provider.origin}/forward`, response),
      )

      await tab.getByRole('heading', { name: 'client' }).waitFor()

      expect(provider.posted).to.deep.equal([expected])
      expect(errors).to.deep.equal([])
    })

    it('posts by itself, every value as it was, also when a field is called submit', async () => {
      const { tab, errors } = await open(formPostPage(plainAppearance(), `${client.origin}/cb`, response))

      await tab.getByRole('heading', { name: 'client' }).waitFor()

      expect(client.posted).to.deep.equal([expected])
      expect(errors).to.deep.equal([])
    })

    it('posts by its button where scripts do not run (W11)', async () => {
      const { tab } = await open(formPostPage(plainAppearance(), `${client.origin}/cb`, response), false)

      await tab.getByRole('button', { name: 'Continue' }).click()
      await tab.getByRole('heading', { name: 'client' }).waitFor()

      expect(client.posted).to.deep.equal([expected])
    })
  })
})
