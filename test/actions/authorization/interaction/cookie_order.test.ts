import { expect } from 'chai'
import { startProvider, stopProviders } from '../../../support/start_provider.ts'

describe('cookies of an interaction (OpenID Connect Core 1.0 §3.1.2.3)', () => {
  afterEach(stopProviders)

  it('F298 come before that of the session', async () => {
    const op = await startProvider({ pkce: { required: () => false } })

    const response = await op.agent().get(op.authorizationUrl())

    const names = response.headers.getSetCookie().map((line) => line.slice(0, line.indexOf('=')))
    expect(names.filter((name) => !name.endsWith('.sig'))).to.deep.equal([
      op.provider.cookieName('interaction'),
      op.provider.cookieName('resume'),
      op.provider.cookieName('session'),
    ])
  })
})
