import { expect } from 'chai'
import { startProvider, stopProviders } from '../support/start_provider.ts'

describe('F295 a Grant takes what hosts have at hand', () => {
  afterEach(stopProviders)

  for (const [title, scopes, claims] of [
    ['text', 'openid email', 'name picture'],
    ['arrays', ['openid', 'email'], ['name', 'picture']],
    ['Sets', new Set(['openid', 'email']), new Set(['name', 'picture'])],
  ] as const) {
    it(`adds, rejects and filters by ${title}`, async () => {
      const { provider } = await startProvider()
      const grant = new provider.Grant({ clientId: 'web', accountId: 'bob' })
      grant.addOIDCScope(scopes)
      grant.addOIDCScope('profile')
      grant.addOIDCClaims(claims)
      grant.addOIDCClaims(['nickname'])
      grant.addResourceScope('urn:api', scopes)
      grant.rejectOIDCScope(scopes)
      grant.addOIDCScope(scopes)
      const found = await provider.Grant.find(await grant.save())

      expect(found?.getOIDCScope()).to.equal('openid email profile')
      expect(found?.getOIDCScopeFiltered(scopes)).to.equal('openid email')
      expect(found?.getOIDCClaims()).to.deep.equal(['name', 'picture', 'nickname'])
      expect(found?.getOIDCClaimsFiltered(claims)).to.deep.equal(['name', 'picture'])
      expect(found?.getResourceScopeFiltered('urn:api', scopes)).to.equal('openid email')
    })

    it(`rejects what comes as ${title}`, async () => {
      const { provider } = await startProvider()
      const grant = new provider.Grant()
      grant.rejectOIDCScope(scopes)
      grant.rejectOIDCClaims(claims)
      grant.rejectResourceScope('urn:api', scopes)

      expect(grant.getRejectedOIDCScope()).to.equal('email')
      expect(grant.getRejectedOIDCClaims()).to.deep.equal(['name', 'picture'])
      grant.addOIDCClaims(['nickname'])
      expect(grant.getOIDCClaimsEncountered()).to.deep.equal(['nickname', 'name', 'picture'])
      expect(grant.getRejectedResourceScope('urn:api')).to.equal('openid email')
    })
  }

  it('what comes with being logged in cannot be rejected (OpenID Connect Core 1.0 §2)', async () => {
    const { provider } = await startProvider()
    const grant = new provider.Grant()
    grant.rejectOIDCClaims(['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss', 'email'])

    expect(grant.getRejectedOIDCClaims()).to.deep.equal(['email'])
  })

  it('what is allowed after all leaves everything else as it was', async () => {
    const { provider } = await startProvider()
    const grant = new provider.Grant()
    for (const resource of ['urn:api', 'urn:other', 'constructor']) {
      grant.rejectResourceScope(resource, 'read')
      grant.addResourceScope(resource, 'write')
    }
    grant.rejectOIDCScope('email')
    grant.rejectOIDCClaims(['name', 'picture'])
    grant.rejectOIDCScope('phone')
    grant.addOIDCScope('email')
    grant.addOIDCClaims(['name'])
    grant.addResourceScope('urn:api', 'read')
    grant.addResourceScope('toString', 'read')

    expect([grant.getOIDCScope(), grant.getRejectedOIDCScope()]).to.deep.equal(['email', 'phone'])
    expect([grant.getOIDCClaims(), grant.getRejectedOIDCClaims()]).to.deep.equal([['name'], ['picture']])
    expect(grant.resources).to.deep.equal({
      'urn:api': 'write read',
      'urn:other': 'write',
      constructor: 'write',
      toString: 'read',
    })
    expect(grant.rejected?.resources).to.deep.equal({
      'urn:api': '',
      'urn:other': 'read',
      constructor: 'read',
    })
  })

  it('what was removed meanwhile is not brought back by saving it again', async () => {
    const { provider } = await startProvider()
    for (const item of [new provider.Grant(), new provider.AccessToken(), new provider.RefreshToken()]) {
      await item.save()
      await item.destroy()
      const failure = await item.save().catch((error: unknown) => error)

      expect(String(failure), item.kind).to.match(/^Error: this .* (?:was revoked|is over)$/)
    }
  })
})
