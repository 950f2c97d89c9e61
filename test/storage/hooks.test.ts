import { expect } from 'chai'
import type { AdapterFactory, AdapterPayload } from '../../types/adapter.ts'
import type { Configuration } from '../../types/configuration.ts'
import { legacyAdapter } from '../support/legacy_adapter.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { stopProviders } from '../support/start_provider.ts'
import { FLOWS, startForFlows } from './flows.ts'

/** How a function of the host fails. */
const FAILURES = ['throws', 'rejects', 'never settles'] as const
type Failure = (typeof FAILURES)[number]

/** Which functions of the host each request calls. */
const HOOKS: readonly [flow: string, hooks: readonly string[]][] = [
  [
    'authorization with session and grant',
    ['findAccount', 'loadExistingGrant', 'expiresWithSession', 'ttl.AuthorizationCode', 'ttl.Session'],
  ],
  ['authorization that starts an interaction', ['interactions.url', 'ttl.Interaction', 'ttl.Session']],
  ['return from login', ['findAccount', 'loadExistingGrant', 'interactions.url']],
  [
    'return from consent',
    ['findAccount', 'loadExistingGrant', 'expiresWithSession', 'ttl.AuthorizationCode'],
  ],
  [
    'code exchange',
    [
      'findAccount',
      'claims',
      'issueRefreshToken',
      'extraTokenClaims',
      'ttl.AccessToken',
      'ttl.RefreshToken',
      'ttl.IdToken',
    ],
  ],
  [
    'refresh with rotation',
    ['findAccount', 'claims', 'rotateRefreshToken', 'extraTokenClaims', 'ttl.RefreshToken'],
  ],
  ['refresh without rotation', ['findAccount', 'claims', 'extraTokenClaims', 'ttl.AccessToken']],
  ['userinfo', ['findAccount', 'claims']],
  ['client credentials', ['extraTokenClaims', 'ttl.ClientCredentials']],
]

class HookFailure extends Error {}

/** A value as it comes from a host that was not compiled against our types. */
const untyped = (value: unknown) => Object.assign(JSON.parse('{}'), { value }).value

/** Functions of a host that work until one of them is told to fail. */
class Hooks {
  #broken: { name: string; failure: Failure; reached(): void } | undefined

  /** @returns a promise that settles as soon as the function is called */
  break(name: string, failure: Failure): Promise<void> {
    return new Promise((reached) => {
      this.#broken = { name, failure, reached }
    })
  }

  repair(): void {
    this.#broken = undefined
  }

  /** What a function gives back: `value`, unless it is the one that fails. */
  give<T>(name: string, value: T): T {
    if (this.#broken?.name !== name) return value
    const { failure, reached } = this.#broken
    reached()
    if (failure === 'throws') throw new HookFailure(name)
    return untyped(failure === 'rejects' ? Promise.reject(new HookFailure(name)) : new Promise(() => {}))
  }

  configuration(): Configuration {
    return {
      findAccount: (_ctx, accountId) =>
        this.give('findAccount', { accountId, claims: () => this.give('claims', { sub: accountId }) }),
      issueRefreshToken: () => this.give('issueRefreshToken', true),
      expiresWithSession: () => this.give('expiresWithSession', true),
      extraTokenClaims: () => this.give('extraTokenClaims', { department: 'b' }),
      loadExistingGrant: ({ oidc }) => {
        const id = oidc.result?.consent?.grantId ?? oidc.session?.grantIdFor(oidc.client?.clientId ?? '')
        return this.give('loadExistingGrant', id === undefined ? undefined : oidc.provider.Grant.find(id))
      },
      interactions: { url: (_ctx, { uid }) => this.give('interactions.url', `/interaction/${uid}`) },
      ttl: {
        AccessToken: () => this.give('ttl.AccessToken', 60),
        AuthorizationCode: () => this.give('ttl.AuthorizationCode', 60),
        ClientCredentials: () => this.give('ttl.ClientCredentials', 60),
        IdToken: () => this.give('ttl.IdToken', 60),
        Interaction: () => this.give('ttl.Interaction', 60),
        RefreshToken: () => this.give('ttl.RefreshToken', 60),
        Session: () => this.give('ttl.Session', 60),
      },
    }
  }
}

/** Lifetimes are numbers; a promise in their place is refused, not waited for. */
const waitsFor = (hook: string): boolean => !hook.startsWith('ttl.')

const ADAPTERS: readonly [title: string, make: (entries: Map<string, AdapterPayload>) => AdapterFactory][] = [
  ['an adapter that commits', mapAdapter],
  ['an adapter without commit()', (entries) => legacyAdapter(entries)],
]

for (const [title, make] of ADAPTERS) {
  describe(`functions of the host that fail, with ${title} (SECURITY "Fault points")`, () => {
    afterEach(stopProviders)

    async function start(flow: string) {
      const entries = new Map<string, AdapterPayload>()
      const hooks = new Hooks()
      const rotateRefreshToken = () => hooks.give('rotateRefreshToken', flow === 'refresh with rotation')
      const configuration = { ...hooks.configuration(), adapter: make(entries), rotateRefreshToken }
      const op = await startForFlows(configuration)
      const { agent } = await op.login()
      const prepared = await FLOWS[flow]?.prepare(op, agent)
      if (prepared === undefined) throw new Error(`no flow ${flow}`)
      return { hooks, op, prepared, before: structuredClone(entries), entries }
    }

    for (const [flow, names] of HOOKS) {
      for (const hook of names) {
        for (const failure of FAILURES) {
          if (failure === 'never settles' && waitsFor(hook)) continue
          it(`T24: ${flow}: ${hook} ${failure}: server_error, nothing is issued, a retry succeeds`, async () => {
            const { hooks, op, prepared, before, entries } = await start(flow)
            hooks.break(hook, failure)

            const failed = await prepared.run()

            expect(failed.error).to.equal('server_error')
            expect(op.serverErrors).to.have.length(1)
            expect(op.serverErrors[0]).to.be.instanceOf(
              waitsFor(hook) || failure === 'throws' ? HookFailure : TypeError,
            )
            expect(entries).to.deep.equal(before)
            hooks.repair()
            const again = await prepared.run()
            expect(again.error).to.equal(undefined)
            expect(await prepared.works(again)).to.equal(true)
          })
        }

        if (!waitsFor(hook)) continue
        it(`T24: ${flow}: ${hook} never settles: storage is not held and nothing is burnt`, async () => {
          const { hooks, op, prepared, before, entries } = await start(flow)
          const reached = hooks.break(hook, 'never settles')
          const abort = new AbortController()

          const stuck = prepared.run(abort.signal).catch((reason: unknown) => reason)
          await reached

          expect(entries).to.deep.equal(before)
          hooks.repair()
          const other = await prepared.run()
          expect(other.error).to.equal(undefined)
          expect(await prepared.works(other)).to.equal(true)
          expect(op.serverErrors).to.deep.equal([])
          abort.abort()
          await stuck
        })
      }
    }
  })
}

describe('listeners that fail (SECURITY "Decisions that follow")', () => {
  afterEach(stopProviders)

  const EVENTS = [
    'access_token.saved',
    'authorization.accepted',
    'authorization.success',
    'authorization_code.consumed',
    'authorization_code.saved',
    'grant.error',
    'grant.revoked',
    'grant.success',
    'interaction.destroyed',
    'interaction.ended',
    'interaction.saved',
    'interaction.started',
    'refresh_token.consumed',
    'refresh_token.saved',
    'session.saved',
  ] as const

  for (const failure of FAILURES) {
    it(`a listener of each event that ${failure} changes no answer, and the logger hears of it`, async () => {
      const heard: string[] = []
      const told = new Set<string>()
      const logger = { info() {}, warn() {}, error: (message: string) => heard.push(message) }
      const op = await startForFlows({ logger, rotateRefreshToken: true })
      for (const event of EVENTS) {
        op.provider.on(event, () => {
          told.add(event)
          if (failure === 'throws') throw new HookFailure(event)
          return failure === 'rejects' ? Promise.reject(new HookFailure(event)) : new Promise(() => {})
        })
      }

      const { status, body } = await op.login()
      const refreshed = await op.refresh(body['refresh_token'])
      const replayed = await op.refresh(body['refresh_token'])

      expect([status, refreshed.status, replayed.status]).to.deep.equal([200, 200, 400])
      expect(replayed.body['error']).to.equal('invalid_grant')
      expect([...told].sort()).to.deep.equal([...EVENTS])
      expect(op.serverErrors).to.deep.equal([])
      if (failure !== 'never settles') expect(heard).to.have.length.of.at.least(EVENTS.length)
    })
  }

  it('a logger that throws changes no answer either', async () => {
    const logger = {
      info() {},
      warn() {},
      error() {
        throw new HookFailure('logger')
      },
    }
    const op = await startForFlows({ logger })
    op.provider.on('grant.success', () => {
      throw new HookFailure('listener')
    })

    const { status } = await op.login()

    expect(status).to.equal(200)
    expect(op.serverErrors).to.deep.equal([])
  })
})
