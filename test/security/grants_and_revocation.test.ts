import { expect } from 'chai'
import { startProvider, stopProviders } from '../support/start_provider.ts'

describe('grants that are revoked while a screen works on them', () => {
  afterEach(stopProviders)

  it('Y7 saving a grant that was revoked meanwhile does not bring it back', async () => {
    const { provider } = await startProvider()
    const id = await new provider.Grant({ accountId: 'alice', clientId: 'web' }).save()
    const loaded = await provider.Grant.find(id)
    loaded?.addOIDCScope('openid')
    await (await provider.Grant.find(id))?.destroy()

    const outcome = await loaded?.save().catch((error: Error) => error.message)

    expect(outcome).to.equal('this Grant was revoked')
    expect(await provider.Grant.find(id)).to.equal(undefined)
  })

  it('Y7 a grant that is still there is saved as often as one likes', async () => {
    const { provider } = await startProvider()
    const grant = new provider.Grant({ accountId: 'alice', clientId: 'web' })
    const id = await grant.save()
    grant.addOIDCScope('openid')
    await grant.save()
    const found = await provider.Grant.find(id)
    found?.addOIDCScope('email')
    await found?.save()

    expect((await provider.Grant.find(id))?.getOIDCScope()).to.equal('openid email')
  })
})
