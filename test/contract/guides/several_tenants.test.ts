import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/several_tenants.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/several_tenants.md', [3000, 3001])

  before(() => guide.start('provider.js', guide.file('provider.js'), guide.origin(3000)))

  const callback = () => `${guide.origin(3001)}/cb`
  const ask = (tenant: string, params: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      client_id: 'app',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: callback(),
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      ...params,
    })
    return `${guide.origin(3000)}/${tenant}/auth?${query}`
  }

  it('is nobody where there is no tenant', async () => {
    expect((await fetch(`${guide.origin(3000)}/initech/auth`)).status).to.equal(404)
  })

  it('each tenant has an issuer of its own, by both documents (RFC 8414 §3.1)', async () => {
    for (const path of [
      '/acme/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/acme',
    ]) {
      const document: unknown = await (await fetch(`${guide.origin(3000)}${path}`)).json()
      expect(Object(document).issuer).to.equal(`${guide.origin(3000)}/acme`)
    }
  })

  it('one browser is signed in at both, each by its own people, and what one issued the other refuses', async () => {
    const browser = new Browsing(callback())
    const signIn = async (tenant: string, login: string) => {
      const consent = await browser.submit(await browser.open(ask(tenant)), { login, password: 'any' })
      return browser.submit(consent)
    }
    const { url } = await signIn('acme', 'ann')
    await signIn('globex', 'ben')

    const both = [
      await browser.open(ask('acme', { prompt: 'none' })),
      await browser.open(ask('globex', { prompt: 'none' })),
    ].map((page) => Object.fromEntries(new URL(page.url).searchParams))
    const stolen = await fetch(`${guide.origin(3000)}/globex/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('app:the+secret+of+the+application+of+globex')}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: new URL(url).searchParams.get('code') ?? '',
        redirect_uri: callback(),
        code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      }),
    })

    expect(both[0]).to.include.keys('code')
    expect(both[1]).to.include.keys('code')
    expect(await stolen.json()).to.include({ error: 'invalid_grant' })
  })
})
