import { expect } from 'chai'
import { decodeJwt } from 'jose'
import type { Browser, Page as Tab } from 'playwright-core'
import { startTestProvider, type TestProvider } from '../../lib/development/testing.ts'
import { launchChromium } from '../support/chromium.ts'
import { type LocalServer, startServer, stopServers } from '../support/local_server.ts'
import { pkce } from '../support/start_provider.ts'

describe('the screens of the development server, on a phone without scripts', function () {
  this.timeout(60_000)
  let browser: Browser
  let op: TestProvider
  let app: LocalServer

  before(async () => {
    app = await startServer((_req, res) => void res.end('back'))
    browser = await launchChromium()
  })
  after(async () => {
    await browser.close()
    await stopServers()
  })
  beforeEach(async () => {
    op = await startTestProvider()
  })
  afterEach(() => op.stop())

  const proof = pkce()

  /** Sends a fresh browser to log in at a client. */
  async function visit(params: Record<string, string> = {}, before?: Tab): Promise<Tab> {
    const context =
      before?.context() ??
      (await browser.newContext({
        viewport: { width: 375, height: 740 },
        javaScriptEnabled: false,
      }))
    const tab = before ?? (await context.newPage())
    const query = new URLSearchParams({
      client_id: 'app',
      response_type: 'code',
      scope: 'openid email',
      redirect_uri: `${app.origin}/cb`,
      code_challenge: proof.challenge,
      code_challenge_method: 'S256',
      ...params,
    })
    await tab.goto(`${op.issuer}/auth?${query}`)
    return tab
  }

  /** What the client was answered. */
  const answered = (tab: Tab) => {
    expect(tab.url()).to.match(new RegExp(`^${app.origin}/cb`))
    return new URL(tab.url()).searchParams
  }

  async function idToken(tab: Tab) {
    const response = await fetch(`${op.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'app',
        code: answered(tab).get('code') ?? '',
        redirect_uri: `${app.origin}/cb`,
        code_verifier: proof.verifier,
      }),
    })
    return decodeJwt(String(Object(await response.json()).id_token))
  }

  it('refusing answers access_denied (RFC 6749 §4.1.2.1)', async () => {
    const tab = await visit()
    await tab.getByRole('button', { name: 'Refuse' }).click()
    expect(answered(tab).get('error')).to.equal('access_denied')
  })

  it('claims that are no JSON are given back with the reason', async () => {
    const tab = await visit()
    await tab.getByRole('link', { name: 'edit claims: Alice Example' }).click()
    await tab.getByLabel('Claims').fill('{ nonsense')
    await tab.getByRole('button', { name: 'Sign in' }).click()
    expect(await tab.getByRole('alert').textContent()).to.contain('no JSON object')
    expect(await tab.getByLabel('Claims').inputValue()).to.contain('{ nonsense')
    expect(op.users.get('alice')).to.include({ name: 'Alice Example' })
  })

  it('offers the users, fits, and logs in who is picked (OpenID Connect Core 1.0 §3.1.2.3)', async () => {
    const tab = await visit()
    const content = await tab.locator('html').evaluate((root: { scrollWidth: number }) => root.scrollWidth)
    expect(content).to.be.at.most(375)
    for (const control of await tab.locator('button, .button').all())
      expect((await control.boundingBox())?.height).to.be.at.least(44)
    await tab.getByRole('button', { name: 'Bob Example' }).click()
    expect((await idToken(tab)).sub).to.equal('bob')
  })

  it('logs in somebody new with claims that were typed', async () => {
    const tab = await visit()
    await tab.getByRole('link', { name: 'Somebody new' }).click()
    await tab.getByLabel('Subject').fill('carol')
    await tab.getByLabel('Claims').fill('{ "email": "carol@example.com" }')
    await tab.getByRole('button', { name: 'Sign in' }).click()
    expect((await idToken(tab)).sub).to.equal('carol')
    expect(op.users.get('carol')).to.deep.equal({ email: 'carol@example.com' })
  })

  it('asks who is signed in already when the client wants consent (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const first = await visit()
    await first.getByRole('button', { name: 'Alice Example' }).click()
    const tab = await visit({ prompt: 'consent' }, first)
    expect(await tab.getByRole('heading', { level: 1 }).textContent()).to.equal('Allow access')
    await tab.getByRole('link', { name: 'Not you?' }).click()
    await tab.getByRole('button', { name: 'Bob Example' }).click()
    expect((await idToken(tab)).sub).to.equal('bob')
  })
})
