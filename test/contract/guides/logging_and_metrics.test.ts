import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'

describe('the guide docs/guides/logging_and_metrics.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/logging_and_metrics.md')

  it('its log says what the answer does not, without the secret, and counts', async () => {
    await guide.write('watch.js', guide.file('watch.js'))
    const { printed } = await guide.start('provider.js', guide.file('provider.js'), guide.origin(3000))
    const ask = async (secret: string) => {
      const answer = await fetch(`${guide.origin(3000)}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`job:${secret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      })
      return answer.status
    }

    expect(await ask('a-wrong-secret')).to.equal(401)
    expect(await ask('change+me%2C+it+has+to+be+a+long+one')).to.equal(200)

    const lines = printed()
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line))
    const refused = lines.find(({ event }) => event === 'grant.error')
    expect(refused).to.include({ route: 'token', client: 'job', error: 'invalid_client' })
    expect(refused).to.include({ reason: 'client_auth.secret_wrong' })
    expect(refused?.['error_detail']).to.be.a('string')
    expect(lines.find(({ event }) => event === 'grant.success')).to.include({
      client: 'job',
      grant: 'client_credentials',
    })
    expect(lines.find(({ event, status }) => event === 'request' && status === 200)).to.include({
      route: 'token',
    })
    expect(printed()).to.not.include('a-wrong-secret')
    const metrics = await (await fetch(`${guide.origin(3000)}/metrics`)).text()
    expect(metrics).to.include('openid_provider_events_total{event="grant.error"} 1\n')
  })
})
