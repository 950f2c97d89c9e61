import { EventEmitter, once } from 'node:events'
import { expect } from 'chai'
import sinon from 'sinon'
import type { AdapterFactory, CommitOperation } from '../../types/adapter.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { answerOf, ask, consent, logsIn, startScreens } from '../support/screens.ts'
import { type RunningProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'
import type { UserAgent } from '../support/user_agent.ts'
import { wrapAdapter } from '../support/wrap_adapter.ts'

const operationsOf = ([list]: readonly unknown[]): Partial<CommitOperation>[] =>
  Array.isArray(list) ? list : []

/** Storage in which the first commit that inserts this kind of entry arrives late, once it is armed. */
function lateStorage(model: string) {
  const events = new EventEmitter()
  const late = { armed: false }
  const adapter: AdapterFactory = wrapAdapter(mapAdapter(), async ({ name, args }, run) => {
    const inserts = operationsOf(args).some((one) => one.op === 'insert' && one.model === model)
    if (late.armed && name === 'commit' && inserts) {
      late.armed = false
      const released = once(events, 'released')
      events.emit('waiting')
      await released
    }
    return run()
  })
  /** Runs the second request wholly between reading and writing of the first. */
  const around = async <T>(first: () => Promise<T>, second: () => Promise<unknown>): Promise<T> => {
    const waiting = once(events, 'waiting')
    late.armed = true
    const answer = first()
    await waiting
    await second()
    events.emit('released')
    return answer
  }
  return { adapter, around }
}

const CLIENTS = ['web', 'other', 'third'].map((client_id) => ({ ...WEB_CLIENT, client_id }))

const now = () => Math.floor(Date.now() / 1000)

describe('requests that share a session (OpenID Connect Core 1.0 §3.1.2.3)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  const locationOf = (response: Response) => response.headers.get('location') ?? ''
  const sessionOf = ({ provider }: RunningProvider, agent: UserAgent) =>
    provider.Session.find(String(agent.cookies.get('_session')?.value))

  it('N12 one that starts while another tab logs in keeps all that is known of the login', async () => {
    const ts = now() - 50
    const login = { acr: 'gold', amr: ['pwd', 'otp'], remember: false, ts }
    const storage = lateStorage('Interaction')
    const { op } = await startScreens({ adapter: storage.adapter }, logsIn('alice', login))
    const agent = op.agent()
    const resume = locationOf(await agent.get(locationOf(await ask(op, agent))))
    const response = await storage.around(
      () => ask(op, agent, { state: 'second' }),
      () => agent.get(resume),
    )

    expect(response.status).to.equal(303)
    expect(await sessionOf(op, agent)).to.deep.include({
      accountId: 'alice',
      loginTs: ts,
      acr: 'gold',
      amr: ['pwd', 'otp'],
      transient: true,
    })
  })

  it('N12 a first login stands, though another tab has opened a screen meanwhile that is needed for longer', async () => {
    const clock = sinon.useFakeTimers({ now: now() * 1000, toFake: ['Date'] })
    const storage = lateStorage('Interaction')
    const { op } = await startScreens({ adapter: storage.adapter }, logsIn())
    const agent = op.agent()
    const resume = locationOf(await agent.get(locationOf(await ask(op, agent))))
    const before = agent.cookies.get('_session')?.value
    const response = await storage.around(
      () => agent.get(resume),
      async () => {
        clock.tick(1_800_000)
        await ask(op, agent, { state: 'second' })
      },
    )

    expect(locationOf(response)).to.match(/\/interaction\//)
    expect(agent.cookies.get('_session')?.value).not.to.equal(before)
    expect(await sessionOf(op, agent)).to.include({ accountId: 'alice' })
    expect(op.serverErrors).to.deep.equal([])
  })

  it('N12 state that a host stored meanwhile is kept by a first login', async () => {
    const storage = lateStorage('Interaction')
    const { op } = await startScreens({ adapter: storage.adapter }, logsIn())
    const agent = op.agent()
    const resume = locationOf(await agent.get(locationOf(await ask(op, agent))))
    await storage.around(
      () => agent.get(resume),
      async () => {
        const session = await sessionOf(op, agent)
        if (session !== undefined) session.state = { seen: true }
        await session?.persist()
      },
    )

    expect(await sessionOf(op, agent)).to.deep.include({ accountId: 'alice', state: { seen: true } })
  })

  it('N12 state that a request changes stands, though the host stored another one meanwhile', async () => {
    const storage = lateStorage('AuthorizationCode')
    const { op } = await startScreens(
      {
        adapter: storage.adapter,
        expiresWithSession: ({ oidc: { session } }) => {
          if (session !== undefined) session.state = { of: 'the request' }
          return true
        },
      },
      logsIn(),
    )
    const { agent } = await op.authorize()
    const before = await sessionOf(op, agent)
    if (before !== undefined) before.state = undefined
    await before?.persist()

    await storage.around(
      () => ask(op, agent),
      async () => {
        const session = await sessionOf(op, agent)
        if (session !== undefined) session.state = { of: 'the host' }
        await session?.persist()
      },
    )

    expect((await sessionOf(op, agent))?.state).to.deep.equal({ of: 'the request' })
  })

  /** A request of the third client, during which the grant of the other one changes. @returns the session after both */
  async function thirdWhileOtherChanges(
    op: RunningProvider,
    storage: ReturnType<typeof lateStorage>,
    grantId: string,
  ) {
    const { agent } = await op.authorize()
    await op.authorize({ client_id: 'other' }, agent)
    const resume = locationOf(await agent.get(locationOf(await ask(op, agent, { client_id: 'third' }))))
    await storage.around(
      () => agent.get(resume),
      async () => {
        const session = await sessionOf(op, agent)
        session?.grantIdFor('other', grantId)
        await session?.persist()
      },
    )
    return sessionOf(op, agent)
  }

  it('N12 of what a session knows about clients each request changes its own alone', async () => {
    const storage = lateStorage('AuthorizationCode')
    const { op } = await startScreens({ adapter: storage.adapter, clients: CLIENTS }, logsIn())
    const after = await thirdWhileOtherChanges(op, storage, 'another grant')

    expect(after?.grantIdFor('other')).to.equal('another grant')
    expect(Object.keys(after?.authorizations ?? {})).to.have.members(['web', 'other', 'third'])
  })

  it('N12 what a host stored in the middle of a request is not stored again over what came after it', async () => {
    const storage = lateStorage('AuthorizationCode')
    let visits = 0
    const { op } = await startScreens(
      {
        adapter: storage.adapter,
        clients: CLIENTS,
        async loadExistingGrant({ oidc: { client, provider, result, session } }) {
          if (client?.clientId === 'third') {
            session?.grantIdFor('other', `of visit ${++visits}`)
            await session?.persist()
          }
          const id = result?.consent?.grantId ?? session?.grantIdFor(client?.clientId ?? '')
          return id === undefined ? undefined : provider.Grant.find(id)
        },
      },
      logsIn(),
    )
    const after = await thirdWhileOtherChanges(op, storage, 'after it')

    expect(after?.grantIdFor('other')).to.equal('after it')
  })

  it('N12 who logs in in the place of another takes over nothing that this one was granted meanwhile', async () => {
    const storage = lateStorage('Interaction')
    const people = ['alice', 'bob']
    const { op } = await startScreens(
      { adapter: storage.adapter, clients: CLIENTS },
      (interaction, provider) =>
        interaction.prompt.name === 'login'
          ? { login: { accountId: people.shift() ?? '' } }
          : consent(interaction, provider),
    )
    const { agent } = await op.authorize()
    const resume = locationOf(await agent.get(locationOf(await ask(op, agent, { prompt: 'login' }))))

    await storage.around(
      () => agent.get(resume),
      async () => {
        const session = await sessionOf(op, agent)
        session?.grantIdFor('other', 'grant-of-alice')
        await session?.persist()
      },
    )
    const after = await sessionOf(op, agent)

    expect([after?.accountId, after?.grantIdFor('other'), after?.sidFor('other')]).to.deep.equal([
      'bob',
      undefined,
      undefined,
    ])
  })

  it('N12 a session that somebody damages meanwhile is over for a request under way', async () => {
    const storage = lateStorage('AuthorizationCode')
    const { op } = await startScreens({ adapter: storage.adapter, clients: CLIENTS }, logsIn())
    const { agent } = await op.authorize()
    const id = String(agent.cookies.get('_session')?.value)
    const resume = locationOf(await agent.get(locationOf(await ask(op, agent, { client_id: 'third' }))))
    const response = await storage.around(
      () => agent.get(resume),
      async () => {
        const sessions = storage.adapter('Session')
        await sessions.upsert(id, {
          ...(await sessions.find(id)),
          version: 7,
          ...Object({ authorizations: 'all' }),
        })
      },
    )

    expect([response.status, await response.text()].join(' ')).to.match(
      /^400 .*session was changed or ended meanwhile/,
    )
    expect(op.serverErrors).to.deep.equal([])
  })

  it('N12 a new login of the same account stands, though another tab wrote to the session meanwhile', async () => {
    const ts = now() - 50
    const storage = lateStorage('AuthorizationCode')
    const logins = { count: 0 }
    const { op } = await startScreens({ adapter: storage.adapter }, (interaction, provider) => {
      if (interaction.prompt.name !== 'login') return consent(interaction, provider)
      logins.count += 1
      return { login: { accountId: 'alice', ts: logins.count === 1 ? ts - 1000 : ts } }
    })
    const { agent } = await op.authorize()
    const resume = locationOf(await agent.get(locationOf(await ask(op, agent, { prompt: 'login' }))))
    const response = await storage.around(
      () => agent.get(resume),
      () => ask(op, agent, { prompt: 'consent' }),
    )

    expect(answerOf(response).get('code')).to.be.a('string')
    expect(await sessionOf(op, agent)).to.include({ accountId: 'alice', loginTs: ts })
  })

  it('a logout by the host leaves nothing of who was there, and another id', async () => {
    const { op } = await startScreens({}, logsIn('alice', { acr: 'gold', amr: ['pwd'] }))
    const { agent } = await op.authorize()
    const before = String(agent.cookies.get('_session')?.value)
    const session = await sessionOf(op, agent)
    session?.logout()
    const id = await session?.persist()
    const after = await op.provider.Session.find(String(id))

    expect(id).not.to.equal(before)
    expect(await op.provider.Session.find(before)).to.equal(undefined)
    expect(after?.authorizations).to.equal(undefined)
    expect(after?.sidFor('web')).to.equal(undefined)
    expect([after?.accountId, after?.loginTs, after?.acr, after?.amr]).to.deep.equal(
      Array.from({ length: 4 }, () => undefined),
    )
  })

  it('a logout by the host in the middle of a request leaves nothing that was allowed meanwhile', async () => {
    const storage = lateStorage('AuthorizationCode')
    const leaving = { now: false }
    const { op } = await startScreens(
      {
        adapter: storage.adapter,
        expiresWithSession: ({ oidc: { session } }) => {
          if (leaving.now) Object(session).logout()
          return true
        },
      },
      logsIn(),
    )
    const { agent } = await op.authorize()
    const before = await sessionOf(op, agent)
    leaving.now = true
    await storage.around(
      () => ask(op, agent),
      async () => {
        before?.grantIdFor('other', 'grant-of-alice')
        await before?.persist()
      },
    )
    const after = await op.provider.Session.findByUid(before?.uid ?? '')

    expect([after?.accountId, after?.authorizations]).to.deep.equal([undefined, undefined])
  })

  it('A074 max_age is over when more seconds have passed, not sooner (§3.1.2.1)', async () => {
    sinon.useFakeTimers({ now: now() * 1000, toFake: ['Date'] })
    const { op } = await startScreens({}, logsIn('alice', { ts: now() - 10 }))
    const { agent } = await op.authorize()
    const silently = async (max_age: string) => answerOf(await ask(op, agent, { prompt: 'none', max_age }))

    expect((await silently('10')).get('code')).to.be.a('string')
    expect((await silently('9')).get('error')).to.equal('login_required')
  })
})
