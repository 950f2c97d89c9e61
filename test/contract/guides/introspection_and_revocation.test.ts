import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'

const APP = `Basic ${btoa('app:replace-this-by-32-random-characters')}`

describe('the guide docs/introspection_and_revocation.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('introspection_and_revocation.md', [3000, 3001])

  it('its provider and its API work as it says: 200 with a token, 401 after that is revoked (RFC 7662, RFC 7009)', async () => {
    const [issuer, api] = [guide.origin(3000), guide.origin(3001)]
    const [provider = '', resourceServer = ''] = guide.blocks()
    await guide.start('provider.js', provider, issuer)
    await guide.start('api.js', resourceServer, api)
    const send = (path: string, form: Record<string, string>) =>
      fetch(`${issuer}${path}`, {
        method: 'POST',
        headers: { authorization: APP },
        body: new URLSearchParams(form),
      })
    const show = async (token: string) => {
      const answer = await fetch(api, { headers: { authorization: `Bearer ${token}` } })
      return [answer.status, await answer.text()]
    }
    const issue = async (params: Record<string, string>) => {
      const answer: unknown = await (
        await send('/token', { grant_type: 'client_credentials', ...params })
      ).json()
      return String(Object(answer).access_token)
    }
    const [token, weak] = [await issue({ scope: 'notes:read' }), await issue({})]

    expect((await fetch(api)).status).to.equal(401)
    expect(await show('made.up')).to.deep.equal([401, ''])
    expect(await show(weak)).to.deep.equal([403, ''])
    expect(await show(token)).to.deep.equal([200, 'notes for app\n'])
    expect((await send('/token/revocation', { token })).status).to.equal(200)
    expect(await show(token)).to.deep.equal([401, ''])
  })
})
