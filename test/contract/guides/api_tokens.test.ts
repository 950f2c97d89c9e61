import { createServer } from 'node:http'
import { expect } from 'chai'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { Browsing } from '../../support/browsing.ts'
import { followGuide } from '../../support/guide.ts'

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
    const [here, there] = [String(guide.port(3000)), String(await guide.anotherPort())]
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const keys = [{ ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' }]
    const server = createServer((_req, res) => void res.end(JSON.stringify({ keys }))).listen(Number(there))
    const [known, api] = [String(guide.port(3002)), String(await guide.anotherPort())]
    const orders = guide.file('orders.js').replaceAll(here, there).replaceAll(known, api)
    await guide.start('other_orders.js', orders, `http://localhost:${api}`)
    const sign = (more: object) =>
      new SignJWT({ sub: 'alice', client_id: 'app', scope: 'orders:read', ...more })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(`http://localhost:${there}`)
        .setAudience('https://orders.example.com')
        .setExpirationTime('1 minute')
        .sign(privateKey)
    const call = async (more: object) =>
      fetch(`http://localhost:${api}`, { headers: { authorization: `Bearer ${await sign(more)}` } })

    const answers = [await call({}), await call({ cnf: { jkt: 'of-somebody' } })]
    server.close()

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
