import { expect } from 'chai'
import { allOf } from '../../support/all_of.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import { ACCOUNT, startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const OTHER = { ...WEB_CLIENT, client_id: 'other' }
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }

describe('disconnecting an application', () => {
  afterEach(stopProviders)

  describe('refused', () => {
    it('somebody else’s grant: its tokens work on', async () => {
      const op = await startProvider()
      const { body } = await op.login()
      const [grant] = await allOf(op.provider.grantsOf(ACCOUNT))

      expect(await op.provider.revokeGrant('bob', grant?.jti ?? '')).to.equal(false)
      expect((await op.userinfo(body['access_token'])).status).to.equal(200)
    })

    it('a grant that is not there', async () => {
      const { provider } = await startProvider()

      expect(await provider.revokeGrant(ACCOUNT, 'made-up')).to.equal(false)
    })
  })

  for (const [title, configuration] of [
    ['', {}],
    [', with an adapter of the documented contract', { adapter: legacyAdapter() }],
    [', whatever revokeGrantPolicy says', { revokeGrantPolicy: () => false }],
  ] as const) {
    it(`F023 one grant: it is gone with every token of it${title} (RFC 7009 §2.1)`, async () => {
      const op = await startProvider(configuration)
      const { body } = await op.login(OFFLINE)
      const pending = await op.authorize(OFFLINE)
      const token = await op.provider.AccessToken.find(String(body['access_token']))
      const code = await op.provider.AuthorizationCode.find(pending.code)
      const revoked: unknown[] = []
      op.provider.on('grant.revoked', (ctx, grantId) => revoked.push([ctx.oidc.grant?.accountId, grantId]))

      for (const grantId of [token?.grantId, code?.grantId])
        expect(await op.provider.revokeGrant(ACCOUNT, String(grantId))).to.equal(true)

      expect(revoked).to.deep.equal([
        [ACCOUNT, token?.grantId],
        [ACCOUNT, code?.grantId],
      ])
      expect((await op.userinfo(body['access_token'])).status).to.equal(401)
      expect((await op.refresh(body['refresh_token'])).body['error']).to.equal('invalid_grant')
      expect((await op.exchange(pending.code, pending.verifier)).body['error']).to.equal('invalid_grant')
      expect(await op.provider.AccessToken.find(String(body['access_token']))).to.equal(undefined)
      expect(await op.provider.RefreshToken.find(String(body['refresh_token']))).to.equal(undefined)
    })
  }

  it('every grant of one client, in every browser; other clients and accounts keep theirs', async () => {
    const op = await startProvider({ clients: [WEB_CLIENT, OTHER] })
    const logins = [await op.login(OFFLINE), await op.login(OFFLINE)]
    await op.authorize({ client_id: 'other' }, logins[0]?.agent)
    await new op.provider.Grant({ accountId: 'bob', clientId: 'web' }).save()

    expect(await op.provider.revokeGrantsOf(ACCOUNT, { clientId: 'web' })).to.equal(2)

    for (const { body } of logins) expect((await op.refresh(body['refresh_token'])).status).to.equal(400)
    const left = await allOf(op.provider.grantsOf(ACCOUNT))
    expect(left.map(({ clientId }) => clientId)).to.deep.equal(['other'])
    expect(await allOf(op.provider.grantsOf('bob'))).to.have.length(1)
    expect(await allOf(op.provider.tokensOf(ACCOUNT, 'RefreshToken'))).to.deep.equal([])
  })

  it('every grant, those too that are given meanwhile', async () => {
    const { provider } = await startProvider()
    const give = () => new provider.Grant({ accountId: ACCOUNT, clientId: 'web' }).save()
    await Promise.all(Array.from({ length: 120 }, give))
    provider.once('grant.revoked', () => void give())

    expect(await provider.revokeGrantsOf(ACCOUNT)).to.equal(121)
    expect(await allOf(provider.grantsOf(ACCOUNT))).to.deep.equal([])
  })

  it('raced with fifty refreshes: no token works afterwards (RFC 9700 §4.14)', async () => {
    const op = await startProvider({ rotateRefreshToken: false })
    const { body } = await op.login(OFFLINE)

    const [, ...refreshed] = await Promise.all([
      op.provider.revokeGrantsOf(ACCOUNT, { clientId: 'web' }),
      ...Array.from({ length: 50 }, () => op.refresh(body['refresh_token'])),
    ])

    for (const { body: tokens, status } of refreshed) {
      if (status === 200) expect((await op.userinfo(tokens['access_token'])).status).to.equal(401)
      else expect(tokens['error']).to.equal('invalid_grant')
    }
    expect((await op.refresh(body['refresh_token'])).status).to.equal(400)
  })

  it('the person is asked again, and stays logged in (OpenID Connect Core 1.0 §3.1.2.4)', async () => {
    const op = await startProvider()
    const { agent } = await op.login()

    await op.provider.revokeGrantsOf(ACCOUNT)

    const { answer } = await op.authorize({ prompt: 'none' }, agent)
    expect(answer.get('error')).to.equal('consent_required')
  })
})
