import { expect } from 'chai'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'
import { startIssuerOfTokens } from '../../support/issuer_of_tokens.ts'

describe('the guide docs/guides/api_tokens.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/api_tokens.md', [3000, 3001, 3002])

  before(async () => {
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    await guide.start('orders.js', guide.file('orders.js'), guide.origin(3002))
    await guide.start('app.js', guide.file('app.js'), guide.origin(3001))
  })

  it('its API refuses calls without a token, and with one that is made up (RFC 6750 §3)', async () => {
    const headers = { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }

    const answers = [await fetch(guide.origin(3002)), await fetch(guide.origin(3002), { headers })]

    expect(answers.map(({ status }) => status)).to.deep.equal([401, 401])
    expect(answers[1]?.headers.get('www-authenticate')).to.equal('Bearer error="invalid_token"')
  })

  it('its API refuses a token that is bound to a key without the proof (RFC 9449 §7.2)', async () => {
    const [elsewhere, port] = [await guide.anotherPort(), await guide.anotherPort()]
    const issuer = await startIssuerOfTokens(elsewhere, 'https://orders.example.com')
    const orders = guide.file('orders.js').replaceAll(guide.origin(3000), `http://localhost:${elsewhere}`)
    const api = `http://localhost:${port}`
    await guide.start('other_orders.js', orders.replaceAll(`${guide.port(3002)}`, `${port}`), api)
    const call = async (more: object) => {
      const token = await issuer.sign({ sub: 'alice', client_id: 'app', scope: 'orders:read', ...more })
      return fetch(api, { headers: { authorization: `Bearer ${token}` } })
    }

    const answers = [await call({}), await call({ cnf: { jkt: 'of-somebody' } })]
    issuer.stop()

    expect(answers.map(({ status }) => status)).to.deep.equal([200, 401])
  })

  it('its application reads by a token and by a renewed one, and may not write (RFC 9068, RFC 8707)', async () => {
    const browser = new Browsing()

    let page = await browser.open(guide.origin(3001))
    page = await browser.submit(page, { login: 'alice', password: 'any' })
    page = await browser.submit(page)

    const line = 'orders of alice at acme, for app\n'
    expect(page.text).to.equal(`${line}403\n${line}UserInfo of alice\n`)
  })
})
