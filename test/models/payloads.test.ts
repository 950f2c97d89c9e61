import { expect } from 'chai'
import type { AdapterPayload } from '../../types/adapter.ts'
import type { Configuration } from '../../types/configuration.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

async function withEntries(configuration: Configuration = {}) {
  const entries = new Map<string, AdapterPayload>()
  const op = await startProvider({ adapter: mapAdapter(entries), ...configuration })
  return { op, entries }
}

const STRAY = {
  unknown: 1,
  constructor: 'x',
  toJSON: 'x',
  resourceServer: undefined,
  extra: { own: 'claim' },
}

describe('A179 what is stored of a model', () => {
  afterEach(stopProviders)

  it('A179 properties that are not declared are dropped, extra is kept', async () => {
    const { op, entries } = await withEntries()
    const token = new op.provider.AccessToken({
      ...STRAY,
      clientId: 'web',
      accountId: 'alice',
      scope: 'openid',
    })
    const value = await token.save()
    const stored = entries.get(`AccessToken:${value}`)
    const found = await op.provider.AccessToken.find(value)

    expect(stored).to.have.all.keys('jti', 'kind', 'iat', 'exp', 'clientId', 'accountId', 'scope', 'extra')
    expect(stored?.extra).to.deep.equal({ own: 'claim' })
    expect(found).not.to.have.property('unknown')
    expect(found?.extra).to.deep.equal({ own: 'claim' })
  })

  it('A179 a property that is set later is not stored either', async () => {
    const { op, entries } = await withEntries()
    const grant = new op.provider.Grant({ clientId: 'web', accountId: 'alice' })
    Object.assign(grant, { unknown: 1 })
    const id = await grant.save()

    expect(entries.get(`Grant:${id}`)).to.include({ clientId: 'web' })
    expect(entries.get(`Grant:${id}`)).not.to.have.property('unknown')
  })

  it('A179 what storage adds by itself does not get into the model, and is not written back', async () => {
    const { op, entries } = await withEntries()
    const id = await new op.provider.Grant({ clientId: 'web', accountId: 'alice' }).save()
    entries.set(`Grant:${id}`, { ...entries.get(`Grant:${id}`), _id: 'of the database' })
    const found = await op.provider.Grant.find(id)
    await found?.save()

    expect(found).not.to.have.property('_id')
    expect(entries.get(`Grant:${id}`)).not.to.have.property('_id')
  })

  for (const [member, values] of [
    ['accountId', [5, {}, ['alice'], true]],
    ['exp', ['2030-01-01', {}, []]],
    ['expiresWithSession', ['true', 1, {}]],
    ['claims', ['text', 7, [], true]],
    ['aud', [5, {}, ['urn:a', 5]]],
  ] as const) {
    for (const value of values) {
      it(`one whose ${member} has become ${JSON.stringify(value)} in storage is no token, and the host hears of it`, async () => {
        const told: unknown[] = []
        const tell = (...args: unknown[]) => told.push(...args)
        const logger = { info: tell, warn: tell, error: tell }
        const { op, entries } = await withEntries({ logger })
        const id = await new op.provider.AccessToken({ clientId: 'web', accountId: 'alice' }).save()
        const stored = entries.get(`AccessToken:${id}`)
        entries.set(`AccessToken:${id}`, Object({ ...stored, [member]: value }))

        expect(await op.provider.AccessToken.find(id)).to.equal(undefined)
        expect(told.join()).to.include('storage returned a malformed AccessToken')
      })
    }
  }

  it('A179 claims of extraTokenClaims are kept as extra, beside the declared properties', async () => {
    const { op, entries } = await withEntries({
      extraTokenClaims: () => ({ tenant: 'blue', scope: 'admin' }),
    })
    const { body } = await op.login()
    const stored = entries.get(`AccessToken:${body['access_token']}`)

    expect(stored).to.include({ scope: 'openid', clientId: 'web' })
    expect(stored?.extra).to.include({ tenant: 'blue' })
    expect(stored).not.to.have.property('tenant')
  })

  it('A179 parameters that a provider does not know are not in what a flow stores', async () => {
    const { op, entries } = await withEntries()
    await op.login({ scope: 'openid offline_access', prompt: 'consent', stray: 'of the client' })

    expect(entries.size).to.be.greaterThan(3)
    expect(JSON.stringify([...entries])).not.to.include('of the client')
  })
})
