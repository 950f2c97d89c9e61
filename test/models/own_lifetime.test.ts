import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { epochTime } from '../../lib/helpers/epoch_time.ts'
import type { AdapterCommit } from '../../types/adapter.ts'
import type { ModelName } from '../../types/model_name.ts'
import { startClock, stopClock } from '../support/clock.ts'
import { bearer, REGISTRATION, register, startRegistering } from '../support/registering.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

describe('expiresIn of a new token (F288, F297)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  it('F297 an initial access token made with expiresIn ends (RFC 7591 §1.2)', async () => {
    stopClock()
    const op = await startRegistering({ initialAccessToken: true })
    const value = await new op.provider.InitialAccessToken({ expiresIn: 60 }).save()
    const token = await op.provider.InitialAccessToken.find(value)

    expect(token?.exp).to.be.within(epochTime() + 58, epochTime() + 60)
    expect(token?.remainingTTL).to.be.at.most(60)
    expect((await register(op, REGISTRATION, bearer(value))).status).to.equal(201)
  })

  it('F288 is what save() is given, and the token knows it', async () => {
    const { provider } = await startProvider()
    const token = new provider.AccessToken({ client: await provider.Client.find('web') })
    const clock = sinon.useFakeTimers({ now: Date.now() + 10_000, toFake: ['Date'] })
    await token.save(60)

    expect([token.expiration, token.remainingTTL]).to.deep.equal([60, 60])
    clock.restore()
  })

  it('F288 does not count where the token was given its end', async () => {
    const { provider } = await startProvider()
    const exp = epochTime() + 4711
    const token = new provider.AccessToken({ client: await provider.Client.find('web'), exp })
    const found = await provider.AccessToken.find(await token.save())

    expect(found?.exp).to.equal(exp)
  })

  it('comes before ttl for every kind of token (F188)', async () => {
    const { provider } = await startProvider()
    const client = await provider.Client.find('web')
    const tokens = [
      new provider.AccessToken({ client, expiresIn: 7 }),
      new provider.AuthorizationCode({ client, expiresIn: 7 }),
      new provider.RefreshToken({ client, expiresIn: 7 }),
      new provider.ClientCredentials({ client, expiresIn: 7 }),
      new provider.PushedAuthorizationRequest({ client, expiresIn: 7 }),
      new provider.RegistrationAccessToken({ client, expiresIn: 7 }),
    ]
    for (const token of tokens) {
      await token.save()

      expect(token.expiration, token.kind).to.equal(7)
      expect(token.remainingTTL, token.kind).to.be.within(5, 7)
    }
  })

  it('F288 may be said after the token was made, as long as it is new', async () => {
    const { provider } = await startProvider()
    const token = new provider.InitialAccessToken()
    token.expiresIn = 60
    const found = await provider.InitialAccessToken.find(await token.save())
    if (found !== undefined) found.expiresIn = 6000

    expect(token.expiration).to.equal(60)
    expect(found?.remainingTTL).to.be.within(58, 60)
    expect(found?.expiration).to.equal(60)
    expect(() => {
      new provider.AccessToken({}).expiresIn = 0
    }).to.throw(TypeError, 'expiresIn')
  })

  it('F306 what is polled with is valid until it ends or is consumed (RFC 8628 §3.5)', async () => {
    const { provider } = await startProvider()
    for (const Model of [provider.DeviceCode, provider.BackchannelAuthenticationRequest]) {
      const [fresh, over, used] = [{}, { exp: epochTime() - 1 }, { consumed: epochTime() }].map(
        (members) => new Model({ clientId: 'web', exp: epochTime() + 60, ...members }),
      )

      expect([fresh?.isValid, over?.isValid, used?.isValid], Model.name).to.deep.equal([true, false, false])
    }
  })

  it('F306 what is polled with has no end in storage either where its row says none', async () => {
    const storage = memoryAdapter()
    const lifetimes: unknown[] = []
    const commit: AdapterCommit = (operations, options) => {
      for (const operation of operations) if (operation.op === 'put') lifetimes.push(operation.expiresIn)
      return storage.commit?.(operations, options) ?? Promise.reject(new Error('no commit'))
    }
    const adapter = Object.assign((name: ModelName) => storage(name), { commit })
    const { provider } = await startProvider({ adapter })
    await storage('DeviceCode').upsert('a-row', { jti: 'a-row', kind: 'DeviceCode', iat: 1 })
    const code = await provider.DeviceCode.find('a-row')
    if (code !== undefined) code.error = 'access_denied'
    await code?.save()

    expect(lifetimes).to.deep.equal([undefined])
    expect(await provider.DeviceCode.find('a-row')).to.include({ error: 'access_denied', version: 1 })
  })

  it('one second is the shortest life', async () => {
    const { provider } = await startProvider()
    const token = new provider.InitialAccessToken({ expiresIn: 1 })
    await token.save()

    expect(token.expiration).to.equal(1)
  })

  it('a part of a second is not lived out', async () => {
    const { provider } = await startProvider()
    const token = new provider.InitialAccessToken({ expiresIn: 60.9 })
    await token.save()

    expect(token.exp).to.satisfy(Number.isInteger)
    expect(token.expiration).to.equal(60)
  })

  for (const expiresIn of [0, -1, 0.5, Number.NaN, '60', true]) {
    it(`refuses ${typeof expiresIn} ${expiresIn} instead of making a token without an end`, async () => {
      const { provider } = await startProvider()

      expect(() => new provider.InitialAccessToken({ ...Object({ expiresIn }) })).to.throw(
        TypeError,
        'expiresIn',
      )
    })
  }

  it('a column of this name in a row of storage means nothing (F310)', async () => {
    const adapter = memoryAdapter()
    const { provider } = await startProvider({ adapter })
    const value = await new provider.InitialAccessToken({ expiresIn: 60 }).save()
    const row = await adapter('InitialAccessToken').find(value)
    await adapter('InitialAccessToken').upsert(value, { ...row, expiresIn: 0, client: 'web' }, 60)

    expect((await provider.InitialAccessToken.find(value))?.expiration).to.equal(60)
  })

  it('F306 of a token without an end nothing passes, and of one with an end its part', async () => {
    const { provider } = await startProvider()
    const iat = epochTime() - 30
    const [eternal, ending, over] = [undefined, iat + 60, iat].map(
      (exp) => new provider.InitialAccessToken({ iat, exp }),
    )

    expect([eternal?.ttlPercentagePassed(), eternal?.remainingTTL]).to.deep.equal([
      0,
      Number.POSITIVE_INFINITY,
    ])
    expect(ending?.ttlPercentagePassed()).to.be.within(49, 52)
    expect([over?.ttlPercentagePassed(), over?.remainingTTL]).to.deep.equal([100, 0])
  })

  it('F188 a function of ttl is given the client of a token that knows its id only', async () => {
    const { provider } = await startProvider({
      ttl: { AccessToken: (_ctx, _token, client) => (client?.clientId === 'web' ? 77 : 5) },
    })
    const token = new provider.AccessToken({ clientId: 'web' })
    await token.save()

    expect(token.expiration).to.equal(77)
  })

  it('F188 a device code lives for a year at most, also where the client is looked up for that (RFC 8628 §3.2)', async () => {
    const { provider } = await startProvider({
      features: { deviceFlow: { enabled: true } },
      ttl: { DeviceCode: (_ctx, _code, client) => (client.clientId === 'web' ? 400 * 86_400 : 5) },
    })
    const value = await new provider.DeviceCode({ clientId: 'web' }).save()
    const code = await provider.DeviceCode.find(value)

    expect(code?.remainingTTL).to.be.within(365 * 86_400 - 5, 365 * 86_400)
  })

  it('undefined leaves it to ttl', async () => {
    const { provider } = await startProvider({ ttl: { InitialAccessToken: 30 } })
    const token = new provider.InitialAccessToken({ expiresIn: undefined })
    await token.save()

    expect(token.expiration).to.equal(30)
  })
})
