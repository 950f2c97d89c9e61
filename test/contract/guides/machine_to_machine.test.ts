import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/machine_to_machine.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/machine_to_machine.md')

  before(async () => {
    await guide.output('key.js', guide.file('key.js'))
    await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
  })

  it('its service with a secret gets no more than it may have (RFC 6749 §4.4)', async () => {
    const [, credentials = ''] = /curl -u '([^']*)'/.exec(guide.text()) ?? []
    const ask = (scope: string) =>
      fetch(`${guide.origin(3000)}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(credentials)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
      })

    expect((await ask('reports:write')).status).to.equal(400)
    expect(Object(await (await ask('reports:read')).json()).scope).to.equal('reports:read')
  })

  it('its service with a key gets a token for the API (RFC 7523 §2.2, RFC 9068)', async () => {
    const printed = await guide.output('job.js', guide.file('job.js'))

    const [scope, token = ''] = printed.split('\n')
    expect(scope).to.equal('reports:read reports:write')
    expect(decodeJwt(token)).to.include({
      sub: 'nightly',
      client_id: 'nightly',
      aud: 'https://reports.example.com',
    })
  })
})
