import { expect } from 'chai'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import type { AccountEntries, AdapterFactory } from '../../../types/adapter.ts'
import { allOf } from '../../support/all_of.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import { ACCOUNT, startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const OTHER = { ...WEB_CLIENT, client_id: 'other' }
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }

/** An adapter whose lists are pages of this kind. */
const listing = (
  answer: (page: { limit?: number; after?: string | undefined }) => unknown,
): AdapterFactory => {
  const inner = memoryAdapter()
  const factory: AdapterFactory = (model) => {
    const adapter = inner(model)
    Reflect.set(
      adapter,
      'listByAccountId',
      async (_accountId: string, page: { limit?: number; after?: string }) => answer(page),
    )
    return adapter
  }
  return Object.assign(factory, { commit: inner.commit })
}

describe('what an account has', () => {
  afterEach(stopProviders)

  describe('refused', () => {
    it('with an adapter that cannot look up by account, naming what it misses', async () => {
      const { provider } = await startProvider({ adapter: legacyAdapter() })
      for (const [model, ask] of [
        ['Session', () => allOf(provider.sessionsOf(ACCOUNT))],
        ['Grant', () => allOf(provider.grantsOf(ACCOUNT))],
        ['AccessToken', () => allOf(provider.tokensOf(ACCOUNT, 'AccessToken'))],
        ['RefreshToken', () => allOf(provider.tokensOf(ACCOUNT, 'RefreshToken'))],
        ['Session', () => provider.endSessionsOf(ACCOUNT)],
        ['Grant', () => provider.revokeGrantsOf(ACCOUNT)],
      ] as const) {
        const refusal = await ask().catch((error: unknown) => error)

        expect(refusal, model).to.be.instanceOf(TypeError)
        expect(String(refusal)).to.include(`the adapter of ${model} has no listByAccountId()`)
      }
    })

    for (const nobody of ['', undefined, null, 5]) {
      it(`without an account, as by ${JSON.stringify(nobody)}: what no account has is nobody’s`, async () => {
        const { provider } = await startProvider()
        await new provider.Session().persist()
        for (const method of ['sessionsOf', 'grantsOf', 'tokensOf'] as const) {
          const list = () => allOf(Reflect.apply(provider[method], provider, [nobody, 'AccessToken']))

          expect(await list().catch((error: unknown) => error), method).to.be.instanceOf(TypeError)
        }
        for (const method of ['endSessionsOf', 'revokeGrantsOf'] as const) {
          const end = async () => Reflect.apply(provider[method], provider, [nobody])

          expect(await end().catch((error: unknown) => error), method).to.be.instanceOf(TypeError)
        }
      })
    }

    for (const [title, answer] of [
      ['that is nothing', () => undefined],
      ['without entries', () => ({ next: 'x' })],
      ['of entries without ids', () => ({ entries: [{ payload: {} }] })],
      ['of entries without a payload', () => ({ entries: [{ id: 'x', payload: null }] })],
      ['that leads back to itself', () => ({ entries: [], next: 'again' })],
    ] as const) {
      it(`a page ${title} is the adapter’s failure`, async () => {
        const { provider } = await startProvider({ adapter: listing(answer) })
        const failure = await allOf(provider.sessionsOf(ACCOUNT)).catch((error: unknown) => error)

        expect(String(failure)).to.include('Session.listByAccountId() with something that is no page')
      })
    }
  })

  it('is its sessions, with the clients they were used for', async () => {
    const op = await startProvider({ clients: [WEB_CLIENT, OTHER] })
    const { agent } = await op.login()
    await op.authorize({ client_id: 'other' }, agent)
    await op.login()
    await new op.provider.Session({ accountId: 'bob' }).persist()

    const sessions = await allOf(op.provider.sessionsOf(ACCOUNT))

    expect(sessions.map(({ accountId }) => accountId)).to.deep.equal([ACCOUNT, ACCOUNT])
    const clients = sessions.map(({ authorizations }) => Object.keys(authorizations ?? {}).sort())
    expect(clients).to.deep.include.members([['web'], ['other', 'web']])
  })

  it('is its grants, all or those of one client', async () => {
    const op = await startProvider({ clients: [WEB_CLIENT, OTHER] })
    const { agent } = await op.login()
    await op.authorize({ client_id: 'other' }, agent)

    const clientsOf = async (options?: { clientId: string }) =>
      (await allOf(op.provider.grantsOf(ACCOUNT, options))).map(({ clientId }) => clientId).sort()

    expect(await clientsOf()).to.deep.equal(['other', 'web'])
    expect(await clientsOf({ clientId: 'other' })).to.deep.equal(['other'])
    expect(await clientsOf({ clientId: 'nobody' })).to.deep.equal([])
  })

  it('is its tokens, without those that were used up (RFC 9700 §4.14.2)', async () => {
    const op = await startProvider({ rotateRefreshToken: true })
    const { body } = await op.login(OFFLINE)
    const { body: refreshed } = await op.refresh(body['refresh_token'])
    const { provider } = op
    const values = async (kind: 'AccessToken' | 'RefreshToken') =>
      (kind === 'AccessToken'
        ? await allOf(provider.tokensOf(ACCOUNT, kind))
        : await allOf(provider.tokensOf(ACCOUNT, kind))
      )
        .map(({ jti }) => jti)
        .sort()

    expect(await values('RefreshToken')).to.deep.equal([refreshed['refresh_token']])
    expect(await values('AccessToken')).to.deep.equal(
      [body['access_token'], refreshed['access_token']].sort(),
    )
  })

  it('has none that are over, nor somebody else’s that the database takes for its own', async () => {
    const exp = Math.floor(Date.now() / 1000)
    const entries = [
      { id: 'old', payload: { jti: 'old', kind: 'Session', uid: 'o', accountId: ACCOUNT, exp } },
      { id: 'ALICE', payload: { jti: 'ALICE', kind: 'Session', uid: 'A', accountId: 'ALICE' } },
      { id: 'another', payload: { jti: 'other', kind: 'Session', uid: 'x', accountId: ACCOUNT } },
      { id: 'grant', payload: { jti: 'grant', kind: 'Grant', accountId: ACCOUNT } },
      { id: 'mine', payload: { jti: 'mine', kind: 'Session', uid: 'm', accountId: ACCOUNT } },
    ]
    const { provider } = await startProvider({ adapter: listing(() => ({ entries })) })

    expect((await allOf(provider.sessionsOf(ACCOUNT))).map(({ jti }) => jti)).to.deep.equal(['mine'])
  })

  it('is read page by page, as far as it is read', async () => {
    const asked: unknown[] = []
    const entry = (id: string) => ({ id, payload: { jti: id, uid: id, accountId: ACCOUNT } })
    const pages: Record<string, AccountEntries> = {
      first: { entries: [entry('a')], next: 'second' },
      second: { entries: [], next: 'third' },
      third: { entries: [entry('b')], next: null },
    }
    const adapter = listing(({ limit, after }) => {
      asked.push(after)
      expect(limit).to.equal(100)
      return pages[after ?? 'first']
    })
    const { provider } = await startProvider({ adapter })

    for await (const { uid } of provider.sessionsOf(ACCOUNT)) {
      expect(uid).to.equal('a')
      break
    }
    expect(asked).to.deep.equal([undefined])
    expect((await allOf(provider.sessionsOf(ACCOUNT))).map(({ uid }) => uid)).to.deep.equal(['a', 'b'])
    expect(asked).to.deep.equal([undefined, undefined, 'second', 'third'])
  })
})
