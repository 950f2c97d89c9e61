import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { DEFAULTS } from '../../lib/configuration/defaults.ts'
import Provider from '../../lib/index.ts'
import type { Configuration } from '../../types/configuration.ts'
import { bearer, REGISTRATION, register, startRegistering } from '../support/registering.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

/** What a function returns that forgot to, or means "for ever". */
const NOTHING = [undefined, null, Number.POSITIVE_INFINITY]

const withLifetime = (name: string, seconds: unknown): Configuration => ({
  ...Object({ ttl: { [name]: () => seconds } }),
})

describe('lifetimes that a function of the host gives (ttl)', () => {
  afterEach(stopProviders)

  for (const seconds of NOTHING) {
    for (const name of ['AccessToken', 'IdToken']) {
      it(`${seconds} for a ${name} is a server_error that names the option, no eternal token`, async () => {
        const op = await startProvider(withLifetime(name, seconds))
        const { code, verifier } = await op.authorize()

        const { status, body } = await op.exchange(code, verifier)

        expect(status).to.equal(500)
        expect(body).to.have.property('error', 'server_error')
        expect(body).not.to.have.property('access_token')
        expect(String(op.serverErrors[0])).to.include(`ttl.${name} must return`)
      })
    }

    for (const name of ['AuthorizationCode', 'Session', 'Interaction']) {
      it(`${seconds} for a ${name} is a server_error that names the option`, async () => {
        const op = await startProvider(withLifetime(name, seconds))

        const { answer } = await op.authorize()

        expect(answer.get('error')).to.equal('server_error')
        expect(String(op.serverErrors[0])).to.include(`ttl.${name} must return`)
      })
    }

    it(`${seconds} for an initial access token is for ever, which is its default (RFC 7591 §3)`, async () => {
      const op = await startRegistering(
        { initialAccessToken: true },
        withLifetime('InitialAccessToken', seconds),
      )
      const value = await new op.provider.InitialAccessToken().save()

      expect((await register(op, REGISTRATION, bearer(value))).status).to.equal(201)
    })
  }

  for (const seconds of [0, -60, 0.5, '60', Number.NaN, new Date()]) {
    it(`A011 ${typeof seconds} ${String(Number(seconds)).slice(0, 4)} is no lifetime that a function may give`, async () => {
      const { provider } = await startProvider(withLifetime('AccessToken', seconds))
      const failure = await new provider.AccessToken({}).save().catch((error: unknown) => error)

      expect(failure).to.be.instanceOf(TypeError)
      expect(String(failure)).to.include('ttl.AccessToken must return')
    })
  }

  const kinds = Object.keys(DEFAULTS.ttl).filter((name) => !/^(Initial|Registration)AccessToken$/.test(name))
  for (const name of kinds) {
    it(`A010 A011 the constant null for ${name} is a TypeError that names it, and no lifetime without end`, () => {
      const configuration: object = { ttl: { [name]: null } }

      expect(() => new Provider('https://op.example.com', configuration))
        .to.throw(TypeError)
        .with.property('message')
        .that.matches(new RegExp(`^ttl\\.${name} must be .*Infinity`))
    })
  }

  for (const [title, lifetime] of [
    ['null', null],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['undefined', undefined],
  ] as const) {
    it(`A011 ${title} for initial and registration access tokens is for ever (RFC 7591 §3, RFC 7592 §5)`, async () => {
      const ttl = { InitialAccessToken: lifetime, RegistrationAccessToken: lifetime }
      const op = await startProvider({ ttl })

      expect(new op.provider.InitialAccessToken().expiration).to.equal(Number.POSITIVE_INFINITY)
      expect(new op.provider.RegistrationAccessToken().expiration).to.equal(Number.POSITIVE_INFINITY)
    })
  }

  it('A011 a number that a function gives for them counts', async () => {
    const { provider } = await startProvider({
      ttl: { InitialAccessToken: () => 70, RegistrationAccessToken: () => 80 },
    })

    expect(new provider.InitialAccessToken().expiration).to.equal(70)
    expect(new provider.RegistrationAccessToken().expiration).to.equal(80)
  })

  for (const [before, after] of [
    [3600, Number.POSITIVE_INFINITY],
    [Number.POSITIVE_INFINITY, 3600],
  ] as const) {
    it(`A011 a login of before ttl.Session was ${after} ends as it says, once it is used`, async () => {
      const adapter = memoryAdapter()
      const first = await startProvider({ adapter, ttl: { Session: before } })
      const { agent } = await first.login()
      const second = await startProvider({ adapter, ttl: { Session: after } })
      const browser = second.agent()
      for (const { name, value } of agent.cookies.values()) browser.setCookie(name, value)
      const session = async () => second.provider.Session.find(agent.cookies.get('_session')?.value ?? '')

      expect((await session())?.exp === undefined).to.equal(before === Number.POSITIVE_INFINITY)
      expect((await second.authorize({ prompt: 'none' }, browser)).answer.get('error')).to.equal(null)
      expect((await session())?.exp === undefined).to.equal(after === Number.POSITIVE_INFINITY)
    })
  }

  it('A011 A910 undefined is the default of the others', async () => {
    const { provider } = await startProvider({ ttl: { AuthorizationCode: undefined } })

    expect(new provider.AuthorizationCode({}).expiration).to.equal(60)
  })

  it('A011 what was stored for ever stays so when it is saved again, whatever ttl says by then', async () => {
    const adapter = memoryAdapter()
    const eternal = { Grant: Number.POSITIVE_INFINITY, Interaction: Number.POSITIVE_INFINITY }
    const before = (await startProvider({ adapter, ttl: eternal })).provider
    await new before.Grant({ jti: 'kept' }).save()
    await new before.Interaction('kept', {}).save()
    const { provider } = await startProvider({ adapter, ttl: { Grant: 30, Interaction: 30 } })
    for (const Model of [provider.Grant, provider.Interaction]) {
      await (await Model.find('kept'))?.save()

      expect(await Model.find('kept'), Model.kind)
        .to.include({ jti: 'kept' })
        .and.not.have.property('exp')
    }
  })

  it('A011 the constant Infinity is for ever', async () => {
    const op = await startProvider({ ttl: { AccessToken: Number.POSITIVE_INFINITY } })

    const { status, body } = await op.login()

    expect(status).to.equal(200)
    expect(body).not.to.have.property('expires_in')
  })
})
