import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { followGuide } from '../../support/guide.ts'

const APP = `Basic ${btoa('app:replace-this-by-32-random-characters')}`

describe('the guide docs/guides/custom_grants.md', function suite() {
  this.timeout(120_000)
  const guide = followGuide('guides/custom_grants.md', [3000, 3001])

  it('A140 F214 its grant, its exchange and its assertion work as it says, the first and the last once (RFC 8693, RFC 7523)', async () => {
    const [issuer, partner] = [guide.origin(3000), guide.origin(3001)]
    const [provider = '', exchange = '', others = ''] = guide.blocks()
    await guide.start('provider.js', provider, issuer)
    await guide.start('partner.js', others, partner)
    const ask = async (form: Record<string, string>) => {
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: APP },
        body: new URLSearchParams(form),
      })
      const body: Record<string, unknown> = Object(await answer.json())
      return { status: answer.status, ...body }
    }
    const resource = 'https://orders.example.com'
    const code = { grant_type: 'urn:example:login-code', login_code: '1234-5678', resource }
    const granted = await ask(code)
    expect(granted).to.include({ status: 200, scope: 'orders:read' })
    expect(await ask(code)).to.include({ status: 400, error: 'invalid_grant' })

    const token = Object(granted).access_token
    const exchanged = decodeJwt(await guide.output('exchange.js', exchange, String(token)))
    expect(exchanged).to.deep.include({
      sub: 'alice',
      aud: 'https://billing.example.com',
      scope: 'billing:read',
      act: { sub: 'orders', client_id: 'orders' },
    })

    const bearer = async (subject: string) => ({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      resource,
      assertion: await (await fetch(`${partner}/${subject}`)).text(),
    })
    const known = await bearer('p-17')
    expect(await ask(known)).to.include({ status: 200, scope: 'orders:read' })
    expect(await ask(known)).to.include({ status: 400, error: 'invalid_grant' })
    expect(await ask(await bearer('p-18'))).to.include({ status: 400, error: 'invalid_grant' })
  })
})
