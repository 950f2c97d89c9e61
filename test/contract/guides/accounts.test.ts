import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/accounts.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/accounts.md', [3000, 3001])

  before(async () => {
    await guide.write('people.json', guide.file('people.json'))
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    const app = await guide.fileOf('guides/first_provider.md', 'app.js')
    const SCOPE = 'openid profile membership'
    await guide.start('app.js', app, guide.origin(3001), { SCOPE })
  })

  async function signIn(browser: Browsing, login: string) {
    const screen = await browser.open(guide.origin(3001))
    return browser.submit(screen, { login, password: 'any' })
  }

  it('a locked account does not get in', async () => {
    expect((await signIn(new Browsing(), 'u-1002')).text).to.equal('access_denied\n')
  })

  it('gives the claims of the granted scopes, and no others; who is locked later is signed out (OpenID Connect Core 1.0 §5.4)', async () => {
    const browser = new Browsing()
    const { text } = await browser.submit(await signIn(browser, 'u-1001'))
    expect(JSON.parse(text).userinfo).to.deep.equal({
      sub: 'u-1001',
      name: 'Ann Example',
      member_since: '2021-05-01',
      level: 'gold',
    })

    const locked = guide.file('people.json').replace('"verified": true', '"verified": true, "locked": true')
    await guide.write('people.json', locked)
    const page = await browser.open(guide.origin(3001))
    await guide.write('people.json', guide.file('people.json'))

    expect(page.text).to.include('name="password"')
  })

  it('a pairwise client knows the account by another sub (OpenID Connect Core 1.0 §8.1)', async () => {
    const browser = new Browsing()
    const query = new URLSearchParams({
      client_id: 'partner',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${guide.origin(3001)}/cb`,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const screen = await browser.open(`${guide.origin(3000)}/auth?${query}`)
    const consent = await browser.submit(screen, { login: 'u-1001', password: 'any' })
    const { url } = await browser.submit(consent)
    const answer = await fetch(`${guide.origin(3000)}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('partner:change+me%2C+it+has+to+be+a+long+one')}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: new URL(url).searchParams.get('code') ?? '',
        redirect_uri: `${guide.origin(3001)}/cb`,
        code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      }),
    })
    const body: unknown = await answer.json()

    expect(decodeJwt(String(Object(body).id_token)).sub).to.match(/^[\w-]{43}$/)
  })
})
