import { expect } from 'chai'
import type { AdapterPayload } from '../../../../types/adapter.ts'
import type { Configuration } from '../../../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../../../types/context.ts'
import { mapAdapter } from '../../../support/map_adapter.ts'
import { answerOf, ask, logsIn, startScreens } from '../../../support/screens.ts'
import { stopProviders } from '../../../support/start_provider.ts'
import { wrapAdapter } from '../../../support/wrap_adapter.ts'

/** A provider whose screens log in whoever is named. */
async function start(configuration: Configuration = {}) {
  const entries = new Map<string, AdapterPayload>()
  const who = { name: 'alice' }
  const { op } = await startScreens(
    { adapter: mapAdapter(entries), issueRefreshToken: () => true, ...configuration },
    (interaction, provider) => logsIn(who.name)(interaction, provider),
  )
  const revoked: unknown[] = []
  op.provider.on('grant.revoked', (_ctx, grantId) => revoked.push(grantId))
  const kept = (kind: string) => [...entries].filter(([key]) => key.startsWith(`${kind}:`))
  const grantOf = async (token: unknown) => {
    const found = await op.provider.RefreshToken.find(String(token))
    return found?.grantId ?? ''
  }
  return { op, who, entries, revoked, kept, grantOf }
}

describe('a login as another account (OpenID Connect Core 1.0 §3.1.2.3)', () => {
  afterEach(stopProviders)

  it('A108 ends the grants of the session before, and all that was issued under them', async () => {
    const { op, who, revoked, kept, grantOf } = await start()
    const { agent, body } = await op.login()
    const grantId = await grantOf(body['refresh_token'])
    who.name = 'bob'
    await op.authorize({ prompt: 'login' }, agent)

    expect(revoked).to.deep.equal([grantId])
    expect(await op.provider.Grant.find(grantId)).to.equal(undefined)
    for (const kind of ['AccessToken', 'RefreshToken'])
      expect(kept(kind).filter(([, { grantId: of }]) => of === grantId)).to.deep.equal([])
    expect((await op.refresh(body['refresh_token'])).status).to.equal(400)
  })

  it('A108 leaves grants for offline access (OpenID Connect Core 1.0 §11)', async () => {
    const { op, who, revoked, grantOf } = await start()
    const { agent, body } = await op.login({ scope: 'openid offline_access', prompt: 'consent' })
    const grantId = await grantOf(body['refresh_token'])
    who.name = 'bob'
    await op.authorize({ prompt: 'login' }, agent)

    expect(revoked).to.deep.equal([])
    expect(await op.provider.Grant.find(grantId)).not.to.equal(undefined)
    expect((await op.refresh(body['refresh_token'])).status).to.equal(200)
  })

  it('A108 leaves grants that revokeGrantPolicy keeps', async () => {
    const { op, who, revoked, grantOf } = await start({ revokeGrantPolicy: async () => false })
    const { agent, body } = await op.login()
    const grantId = await grantOf(body['refresh_token'])
    who.name = 'bob'
    await op.authorize({ prompt: 'login' }, agent)

    expect(revoked).to.deep.equal([])
    expect(await op.provider.Grant.find(grantId)).not.to.equal(undefined)
  })

  it('A108 tells a failure to sweep up, which keeps nobody from logging in', async () => {
    const entries = new Map<string, AdapterPayload>()
    const { op, who } = await start({
      adapter: wrapAdapter(mapAdapter(entries), async ({ name }, run) => {
        if (name === 'RefreshToken.revokeByGrantId') throw new Error('storage is away')
        return run()
      }),
    })
    const { agent } = await op.login()
    who.name = 'bob'
    const { code } = await op.authorize({ prompt: 'login' }, agent)

    expect(code).not.to.equal('')
    expect(op.serverErrors.map(String)).to.deep.equal(['Error: storage is away'])
  })

  it('A108 works from a session that no client was given anything for', async () => {
    const { op, who } = await start()
    const agent = op.agent()
    const login = (await ask(op, agent)).headers.get('location') ?? ''
    await agent.get((await agent.get(login)).headers.get('location') ?? '')
    who.name = 'bob'
    const { code } = await op.authorize({ prompt: 'login' }, agent)

    expect(code).not.to.equal('')
    expect(op.serverErrors).to.deep.equal([])
  })
})

describe('what an answer stands on (OpenID Connect Core 1.0 §3.1.2.2)', () => {
  afterEach(stopProviders)

  /** A provider in which something happens after the session was read. */
  async function interrupted(happen: (entries: Map<string, AdapterPayload>) => void) {
    const armed = { now: false }
    const entries = new Map<string, AdapterPayload>()
    const { op } = await start({
      adapter: mapAdapter(entries),
      findAccount: (_ctx, accountId) => {
        if (armed.now) happen(entries)
        return { accountId, claims: () => ({ sub: accountId }) }
      },
    })
    const { agent } = await op.authorize()
    armed.now = true
    return { response: await ask(op, agent, { prompt: 'none' }), op }
  }
  const remove = (kind: string) => (entries: Map<string, AdapterPayload>) => {
    for (const key of entries.keys()) if (key.startsWith(`${kind}:`)) entries.delete(key)
  }

  /** The default of loadExistingGrant. */
  const loadGrant = async ({ oidc }: KoaContextWithOIDC) => {
    const grantId = oidc.result?.consent?.grantId ?? oidc.session?.grantIdFor('web')
    return grantId === undefined ? undefined : oidc.provider.Grant.find(grantId)
  }

  it('V10 a grant that is revoked meanwhile yields no code', async () => {
    const entries = new Map<string, AdapterPayload>()
    const armed = { now: false }
    const { op } = await start({
      adapter: mapAdapter(entries),
      loadExistingGrant: async (ctx) => {
        const grant = await loadGrant(ctx)
        if (armed.now) remove('Grant')(entries)
        return grant
      },
    })
    const { agent } = await op.authorize()
    armed.now = true
    const answer = answerOf(await ask(op, agent, { prompt: 'none' }))

    expect(answer.get('code')).to.equal(null)
    expect(answer.get('error')).to.equal('access_denied')
  })

  it('Y7 a session that is ended meanwhile yields no code, and a page', async () => {
    const { response, op } = await interrupted(remove('Session'))

    expect(response.status).to.equal(400)
    expect(response.headers.get('location')).to.equal(null)
    expect(await response.text()).to.include('session was changed or ended meanwhile')
    expect(op.serverErrors).to.deep.equal([])
  })

  it('A111 a grant that the host brings yields no code while nobody is logged in', async () => {
    const { op } = await start({
      interactions: { policy: [] },
      loadExistingGrant: async ({ oidc }) => {
        const grant = new oidc.provider.Grant({ clientId: 'web', accountId: 'alice' })
        grant.addOIDCScope('openid')
        await grant.save()
        return grant
      },
    })
    const { answer } = await op.authorize()

    expect(answer.get('code')).to.equal(null)
    expect(answer.get('error')).to.equal('access_denied')
  })

  for (const gone of [undefined, null]) {
    it(`an account that findAccount answers with ${gone} counts as not logged in`, async () => {
      const there = { account: true }
      const { op } = await start({
        findAccount: (_ctx, accountId) =>
          there.account ? { accountId, claims: () => ({ sub: accountId }) } : gone,
      })
      const { agent } = await op.authorize()
      there.account = false
      const asked = await ask(op, agent)
      const silently = answerOf(await ask(op, agent, { prompt: 'none' }))

      expect(asked.headers.get('location')).to.match(/\/interaction\//)
      expect(silently.get('error')).to.equal('login_required')
    })

    it(`an account that just logged in and that findAccount answers with ${gone} is denied access`, async () => {
      const { op } = await start({ findAccount: () => gone })
      const { answer } = await op.authorize()

      expect(answer.get('error')).to.equal('access_denied')
    })

    it(`A111 a loadExistingGrant that answers ${gone} means that nothing was allowed so far`, async () => {
      const there = { grant: true }
      const { op } = await start({ loadExistingGrant: (ctx) => (there.grant ? loadGrant(ctx) : gone) })
      const { agent } = await op.authorize()
      there.grant = false
      const answer = answerOf(await ask(op, agent, { prompt: 'none' }))

      expect(answer.get('error')).to.equal('consent_required')
      expect(op.serverErrors).to.deep.equal([])
    })
  }
})
