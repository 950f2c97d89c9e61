import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../../../lib/adapters/memory.ts'
import type { AdapterFactory, AdapterPayload } from '../../../../types/adapter.ts'
import type { Configuration } from '../../../../types/configuration.ts'
import { legacyAdapter } from '../../../support/legacy_adapter.ts'
import { mapAdapter } from '../../../support/map_adapter.ts'
import { manage, register } from '../../../support/registering.ts'
import { ask } from '../../../support/screens.ts'
import { startProvider, stopProviders } from '../../../support/start_provider.ts'

const ADAPTERS: readonly [title: string, make: (entries: Map<string, AdapterPayload>) => AdapterFactory][] = [
  ['an adapter that commits', (entries) => mapAdapter(entries)],
  ['an adapter without commit()', (entries) => legacyAdapter(entries)],
]
const HOUR = 3600
const DAY = 24 * HOUR

for (const [title, make] of ADAPTERS) {
  describe(`visits that nobody has logged in from, with ${title}`, () => {
    afterEach(async () => {
      sinon.restore()
      await stopProviders()
    })

    const start = async (configuration: Configuration = {}) => {
      const entries = new Map<string, AdapterPayload>()
      const op = await startProvider({ adapter: make(entries), ...configuration })
      const stored = (model: string) =>
        [...entries].filter(([key]) => key.startsWith(`${model}:`)).map(([, payload]) => payload)
      return { op, stored }
    }

    it('leave no session that lives longer than the interaction', async () => {
      const { op, stored } = await start()

      for (let visit = 0; visit < 3; visit += 1) await ask(op, op.agent())

      const ends = stored('Interaction').map(({ exp }) => exp)
      expect(ends).to.have.length(3)
      expect(stored('Session').map(({ exp }) => exp)).to.deep.equal(ends)
    })

    it('leave nothing at all where nobody is asked (OpenID Connect Core 1.0 §3.1.2.6)', async () => {
      const { op, stored } = await start()

      for (const params of [{ prompt: 'none' }, { max_age: 'soon' }, { client_id: 'nobody' }])
        await ask(op, op.agent(), params)

      expect([stored('Session'), stored('Interaction')]).to.deep.equal([[], []])
    })

    for (const [route, sessions] of [
      ['code_verification', 1],
      ['end_session', 0],
    ] as const) {
      it(`leave ${sessions} session(s) at ${route}, for an hour at most: a form is bound to one (RFC 8628 §3.3)`, async () => {
        const { op, stored } = await start({ features: { deviceFlow: { enabled: true } } })

        await op.agent().get(op.provider.urlFor(route))

        const lifetimes = stored('Session').map(({ exp }) => Number(exp) - Date.now() / 1000)
        expect(lifetimes).to.have.length(sessions)
        for (const lifetime of lifetimes) expect(lifetime).to.be.at.most(HOUR)
      })
    }

    it('the cookie goes with it', async () => {
      const { op, stored } = await start()
      const agent = op.agent()

      await ask(op, agent)

      const expires = agent.cookies.get('_session')?.attributes.get('expires')
      expect(new Date(String(expires)).getTime() / 1000).to.equal(stored('Interaction')[0]?.exp)
    })

    it('a second tab keeps the session for the longer of both', async () => {
      const { op, stored } = await start()
      const agent = op.agent()
      await ask(op, agent)
      sinon.useFakeTimers({ now: Date.now() + 1000_000, toFake: ['Date'] })

      await ask(op, agent)

      const ends = stored('Interaction').map(({ exp }) => Number(exp))
      expect(stored('Session').map(({ exp }) => exp)).to.deep.equal([Math.max(...ends)])
    })

    it('the login makes it last', async () => {
      const { op } = await start()

      const { agent } = await op.authorize()

      const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
      expect(session?.remainingTTL).to.be.within(14 * DAY - 60, 14 * DAY)
    })

    it('a session whose account is gone ends with the interaction, too', async () => {
      let isGone = false
      const { op, stored } = await start({
        findAccount: (_ctx, accountId) =>
          isGone ? undefined : { accountId, claims: () => ({ sub: accountId }) },
      })
      const { agent } = await op.authorize()
      isGone = true

      await ask(op, agent)

      expect(stored('Session').map(({ exp }) => exp)).to.deep.equal([stored('Interaction')[0]?.exp])
    })
  })
}

describe('visits that nobody has logged in from, at the storage that a provider has without any', () => {
  afterEach(stopProviders)

  it('A183 push out no client, session, grant or token of others', async () => {
    const adapter = memoryAdapter({ max: 20 })
    const registering = { registration: { enabled: true }, registrationManagement: { enabled: true } }
    const op = await startProvider({ adapter, features: registering })
    const registered = await register(op)
    const { body, agent } = await op.login({ scope: 'openid offline_access', prompt: 'consent' })

    for (let visit = 0; visit < 200; visit += 1) await ask(op, op.agent())

    const silent = await op.authorize({ prompt: 'none', scope: 'openid offline_access' }, agent)
    const read = await manage('GET', registered.body)
    expect(silent.answer.get('error')).to.equal(null)
    expect(read.status).to.equal(200)
    expect((await op.userinfo(body['access_token'])).status).to.equal(200)
    expect((await op.refresh(body['refresh_token'])).status).to.equal(200)
  })
})
