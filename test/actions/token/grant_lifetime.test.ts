import { expect } from 'chai'
import sinon from 'sinon'
import { stopClock } from '../../support/clock.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

const DAY = 24 * 3600
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }

/** Sets the provider's clock to this many seconds from now. */
const pass = (seconds: number) => {
  sinon.restore()
  sinon.useFakeTimers({ now: Date.now() + seconds * 1000, toFake: ['Date'] })
}

describe('A113 the lifetime of a grant (OpenID Connect Core 1.0 §3.1.2.4)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  it('A113 is 14 days by default', async () => {
    stopClock()
    const op = await startProvider()
    const { body } = await op.login(OFFLINE)
    const token = await op.provider.AccessToken.find(String(body['access_token']))
    const grant = await op.provider.Grant.find(token?.grantId ?? '')

    expect((grant?.exp ?? 0) - (grant?.iat ?? 0)).to.equal(14 * DAY)
  })

  for (const [title, end] of [
    ['has expired', 'expiry'],
    ['is missing', 'destruction'],
  ] as const) {
    it(`A113 a code is worth nothing when its grant ${title} (RFC 6749 §5.2)`, async () => {
      const op = await startProvider({ ttl: { Grant: 30, AuthorizationCode: 600 } })
      const { code, verifier } = await op.authorize()
      const grantId = (await op.provider.AuthorizationCode.find(code))?.grantId ?? ''
      if (end === 'expiry') pass(31)
      else await (await op.provider.Grant.find(grantId))?.destroy()
      const refused = op.nextError('grant.error')
      const { status, body } = await op.exchange(code, verifier)

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_grant')
      expect((await refused).error_detail).to.equal('grant not found')
    })

    it(`A113 a refresh token with a lifetime of a year is worth nothing when its grant ${title} (RFC 6749 §6)`, async () => {
      const op = await startProvider({ ttl: { Grant: 30, RefreshToken: 365 * DAY } })
      const { body } = await op.login(OFFLINE)
      const token = await op.provider.RefreshToken.find(String(body['refresh_token']))
      expect(token?.isValid).to.equal(true)
      if (end === 'expiry') pass(31)
      else await (await op.provider.Grant.find(token?.grantId ?? ''))?.destroy()
      const refused = op.nextError('grant.error')
      const answer = await op.refresh(body['refresh_token'])

      expect(answer.status).to.equal(400)
      expect(answer.body['error']).to.equal('invalid_grant')
      expect((await refused).error_detail).to.equal('grant not found')
    })

    it(`A113 an access token opens nothing when its grant ${title} (RFC 6750 §3.1)`, async () => {
      const op = await startProvider({ ttl: { Grant: 30 } })
      const { body } = await op.login(OFFLINE)
      expect((await op.userinfo(body['access_token'])).status).to.equal(200)
      const token = await op.provider.AccessToken.find(String(body['access_token']))
      if (end === 'expiry') pass(31)
      else await (await op.provider.Grant.find(token?.grantId ?? ''))?.destroy()
      const answer = await op.userinfo(body['access_token'])

      expect(answer.status).to.equal(401)
      expect(answer.body['error']).to.equal('invalid_token')
    })
  }

  it('A113 a token that is used within the lifetime does not prolong the grant', async () => {
    const op = await startProvider({ ttl: { Grant: 100 }, rotateRefreshToken: true })
    const { body } = await op.login(OFFLINE)
    pass(60)
    const refreshed = await op.refresh(body['refresh_token'])
    expect(refreshed.status).to.equal(200)
    pass(120)

    expect((await op.refresh(refreshed.body['refresh_token'])).status).to.equal(400)
    expect((await op.userinfo(refreshed.body['access_token'])).status).to.equal(401)
  })
})
