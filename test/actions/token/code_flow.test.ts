import { expect } from 'chai'
import { REDIRECT_URI, startProvider, stopProviders } from '../../support/start_provider.ts'

describe('authorization code flow (OpenID Connect Core 1.0 §3.1)', () => {
  afterEach(stopProviders)

  for (const mountPath of ['', '/oidc']) {
    it(`F207 F228 F233 logs in, exchanges the code and reads the userinfo, ${mountPath === '' ? 'alone' : 'mounted in express'}`, async () => {
      const op = await startProvider({}, { mountPath })

      const { location, answer, code, verifier } = await op.authorize({
        state: 'some state',
        scope: 'openid offline_access',
        prompt: 'consent',
      })
      const { status, body } = await op.exchange(code, verifier)
      const userinfo = await op.userinfo(body['access_token'])
      const refreshed = await op.refresh(body['refresh_token'])

      expect(op.serverErrors).to.deep.equal([])
      expect(location?.startsWith(REDIRECT_URI)).to.equal(true)
      expect(answer.get('state')).to.equal('some state')
      expect(answer.get('iss')).to.equal(op.issuer)
      expect(status).to.equal(200)
      expect(userinfo.body).to.deep.equal({ sub: 'alice' })
      expect(refreshed.status).to.equal(200)
    })
  }
})
