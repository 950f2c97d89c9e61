import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import Provider, { errors } from '../../../lib/index.ts'
import { approve, find, grantFor, messageOf, poll, requestId, startForCiba } from '../../support/ciba.ts'
import { gateAdapter } from '../../support/gate_adapter.ts'
import { legacyAdapter } from '../../support/legacy_adapter.ts'
import { stopProviders } from '../../support/start_provider.ts'

const FIFTY = Array.from({ length: 50 }, (_, n) => n)
const denied = new errors.AccessDenied()

describe('provider.backchannelResult() (OpenID Connect CIBA Core 1.0 §10, §11)', () => {
  afterEach(stopProviders)

  describe('what it refuses, and leaves as it was', () => {
    async function waiting() {
      const op = await startForCiba()
      const id = await requestId(op)
      return { op, id, grant: await grantFor(op, id) }
    }
    type Waiting = Awaited<ReturnType<typeof waiting>>

    const cases: readonly (readonly [
      title: string,
      act: (w: Waiting) => Promise<unknown>,
      message: RegExp,
    ])[] = [
      [
        'an id that there is none of',
        ({ op, grant }) => op.provider.backchannelResult('unknown', grant),
        /^Error: .*was not found/,
      ],
      [
        'a request that is none',
        ({ op, grant }) => op.provider.backchannelResult(Object({ jti: 'x' }), grant),
        /^TypeError: request must be/,
      ],
      [
        'no request',
        ({ op, grant }) => op.provider.backchannelResult(Object(undefined), grant),
        /^TypeError: request must be/,
      ],
      [
        'a result that is none',
        ({ op, id }) => op.provider.backchannelResult(id, Object({ grantId: 'x' })),
        /^TypeError: result must be/,
      ],
      [
        'an error that is not of this library',
        ({ op, id }) => op.provider.backchannelResult(id, Object(new Error('no'))),
        /^TypeError: result must be/,
      ],
      [
        'a grant id that there is none of',
        ({ op, id }) => op.provider.backchannelResult(id, 'x'),
        /Grant was not found/,
      ],
      [
        'A176 a grant that was never stored',
        ({ op, id }) =>
          op.provider.backchannelResult(id, new op.provider.Grant({ accountId: 'alice', clientId: 'calls' })),
        /^TypeError: .*save\(\)/,
      ],
      [
        'A176 a grant that is not there any more',
        async ({ op, id, grant }) => {
          await op.provider.Grant.adapter.destroy(grant.jti)
          return op.provider.backchannelResult(id, grant)
        },
        /Grant was not found/,
      ],
      [
        'A176 a grant of another account',
        async ({ op, id }) => op.provider.backchannelResult(id, await grantFor(op, id, { accountId: 'bob' })),
        /another account/,
      ],
      [
        'A176 a grant for another client',
        async ({ op, id }) =>
          op.provider.backchannelResult(id, await grantFor(op, id, { clientId: 'other' })),
        /another client/,
      ],
      [
        'expiresWithSession without a session',
        ({ op, id, grant }) => op.provider.backchannelResult(id, grant, { expiresWithSession: true }),
        /^TypeError: expiresWithSession needs sessionUid/,
      ],
    ]
    for (const [title, act, message] of cases) {
      it(title, async () => {
        const all = await waiting()

        expect(await messageOf(act(all))).to.match(message)

        expect((await find(all.op, all.id)).isPending).to.equal(true)
        expect((await poll(all.op, all.id)).body['error']).to.equal('authorization_pending')
      })
    }

    it('a request that is expired', async () => {
      const { op, id, grant } = await waiting()
      const clock = sinon.useFakeTimers({ now: Date.now() + 600_000, toFake: ['Date'] })
      try {
        expect(await messageOf(op.provider.backchannelResult(id, grant))).to.match(/is expired/)
      } finally {
        clock.restore()
      }
    })

    it('a request of a client that is gone', async () => {
      const op = await startForCiba()
      const id = await requestId(op)
      const stored = await find(op, id)
      stored.clientId = 'gone'
      await stored.save()

      expect(await messageOf(op.provider.backchannelResult(id, denied))).to.match(/client of the request/)
    })

    it('a request with a member that a host has damaged', async () => {
      const { op, id, grant } = await waiting()
      const stored = await find(op, id)
      Reflect.set(stored, 'params', 'none')

      expect(await messageOf(op.provider.backchannelResult(stored, grant))).to.match(
        /^TypeError: .*wrong type/,
      )
    })

    it('a second result, whichever it is', async () => {
      const { op, id, grant } = await waiting()
      await op.provider.backchannelResult(id, denied)

      expect(await messageOf(op.provider.backchannelResult(id, grant))).to.match(/decided on already/)
      expect(await messageOf(op.provider.backchannelResult(id, denied))).to.match(/decided on already/)
      expect((await poll(op, id)).body['error']).to.equal('access_denied')
    })

    it('a result for a request that was exchanged', async () => {
      const { op, id, grant } = await waiting()
      await approve(op, id)
      await poll(op, id)

      expect(await messageOf(op.provider.backchannelResult(id, grant))).to.match(/decided on already/)
    })
  })

  it('F270 F084 A176 takes the request or its id, a grant or its id, and returns nothing', async () => {
    const op = await startForCiba()
    for (const byId of [true, false]) {
      const id = await requestId(op)
      const grant = await grantFor(op, id)
      const saved = op.next('backchannel_authentication_request.saved')

      const returned: unknown = await op.provider.backchannelResult(
        byId ? id : await find(op, id),
        byId ? grant.jti : grant,
      )

      expect(returned).to.equal(undefined)
      expect((await saved)[0]).to.include({ jti: id, grantId: grant.jti })
      expect((await poll(op, id)).status).to.equal(200)
    }
  })

  it('the request that it was given knows its outcome afterwards', async () => {
    const op = await startForCiba()
    const stored = await find(op, await requestId(op))

    await op.provider.backchannelResult(stored, denied)

    expect(stored).to.include({ error: 'access_denied', isPending: false })
  })

  it('after storage failed the same call may be repeated', async () => {
    const inner = memoryAdapter()
    let fails = false
    const commit = inner.commit?.bind(inner)
    const op = await startForCiba({
      adapter: Object.assign((model: Parameters<typeof inner>[0]) => inner(model), {
        commit: async (operations: Parameters<NonNullable<typeof commit>>[0]) => {
          if (fails) throw new Error('no storage')
          return commit?.(operations) ?? { committed: false, failed: 0 }
        },
      }),
    })
    const id = await requestId(op)
    const [stored, grant] = [await find(op, id), await grantFor(op, id)]
    fails = true
    expect(await messageOf(op.provider.backchannelResult(stored, grant))).to.match(/no storage/)
    fails = false

    await op.provider.backchannelResult(stored, grant)

    expect((await poll(op, id)).status).to.equal(200)
  })

  it('while the feature is off there is nothing that it could end', async () => {
    const provider = new Provider('https://op.example.com', { logger: { info() {}, warn() {}, error() {} } })

    expect(await messageOf(provider.backchannelResult('x', denied))).to.match(/was not found/)
  })

  it('F270 it is a method of the prototype, which a host’s own class may wrap', async () => {
    const asked: unknown[] = []
    class Own extends Provider {
      override async backchannelResult(...args: Parameters<Provider['backchannelResult']>): Promise<void> {
        asked.push(args[0])
        await super.backchannelResult(...args)
      }
    }
    const provider = new Own('https://op.example.com', { logger: { info() {}, warn() {}, error() {} } })

    expect(await messageOf(provider.backchannelResult('x', denied))).to.match(/was not found/)
    expect(asked).to.deep.equal(['x'])
    const borrowed = Reflect.apply(Provider.prototype.backchannelResult, {}, ['x', denied])
    expect(await messageOf(borrowed)).to.match(/^TypeError: .*Provider/)
  })

  it('two providers in one process share nothing', async () => {
    const [one, other] = [await startForCiba(), await startForCiba()]
    const id = await requestId(one)

    expect(await messageOf(other.provider.backchannelResult(id, denied))).to.match(/was not found/)
  })
})

const ADAPTERS = [
  ['an adapter that commits', () => memoryAdapter()],
  ['an adapter without commit()', () => legacyAdapter(new Map())],
] as const

for (const [title, make] of ADAPTERS) {
  describe(`CIBA, many at once, with ${title} (SECURITY "What must be atomic")`, () => {
    afterEach(stopProviders)

    it('B12 A125 A149 50 polls after approval: one token response, and what a replay gets', async () => {
      const op = await startForCiba({ adapter: make(), issueRefreshToken: () => true })
      const id = await requestId(op)
      await approve(op, id)

      const answers = await Promise.all(FIFTY.map(() => poll(op, id)))

      const won = answers.filter(({ status }) => status === 200)
      expect(won).to.have.length(1)
      expect(answers.filter(({ body }) => body['error'] === 'invalid_grant')).to.have.length(49)
      expect((await op.userinfo(won[0]?.body['access_token'])).status).to.equal(401)
      expect((await op.refresh(won[0]?.body['refresh_token'])).body['error']).to.equal('invalid_grant')
      expect(op.serverErrors).to.deep.equal([])
    })

    it('B12 where revokeGrantPolicy keeps the grant, the rest is invalid_grant all the same', async () => {
      const op = await startForCiba({ adapter: make(), revokeGrantPolicy: () => false })
      const id = await requestId(op)
      await approve(op, id)

      const answers = await Promise.all(FIFTY.map(() => poll(op, id)))

      expect(answers.filter(({ status }) => status === 200)).to.have.length(1)
      expect(answers.filter(({ body }) => body['error'] === 'invalid_grant')).to.have.length(49)
    })

    it('A176 50 results at once: one counts, the others hear it', async () => {
      const op = await startForCiba({ adapter: make() })
      const id = await requestId(op)
      const grant = await grantFor(op, id)

      const outcomes = await Promise.all(
        FIFTY.map((n) => messageOf(op.provider.backchannelResult(id, n % 2 === 0 ? grant : denied))),
      )

      const failed = outcomes.filter((outcome) => outcome.includes('decided on already'))
      expect(failed).to.have.length(49)
      const winner = outcomes.findIndex((outcome) => !outcome.includes('decided on already'))
      const { status, body } = await poll(op, id)
      expect(status === 200 ? 'allowed' : body['error']).to.equal(
        winner % 2 === 0 ? 'allowed' : 'access_denied',
      )
    })
  })
}

describe('CIBA, while storage answers late', () => {
  afterEach(stopProviders)

  it('B12 polls that all find the request approved: one token response, and the grant is revoked', async () => {
    const gate = gateAdapter(memoryAdapter())
    const op = await startForCiba({ adapter: gate.adapter })
    const id = await requestId(op)
    await approve(op, id)
    gate.gather('BackchannelAuthenticationRequest.find', 50)

    const answers = await Promise.all(FIFTY.map(() => poll(op, id)))

    const [won, ...others] = answers.filter(({ status }) => status === 200)
    expect(others).to.deep.equal([])
    expect((await op.userinfo(won?.body['access_token'])).status).to.equal(401)
    expect(answers.filter(({ body }) => body['error'] === 'invalid_grant')).to.have.length(49)
  })

  it('A176 results that all find the request pending: one counts', async () => {
    const gate = gateAdapter(memoryAdapter())
    const op = await startForCiba({ adapter: gate.adapter })
    const id = await requestId(op)
    const grant = await grantFor(op, id)
    gate.gather('BackchannelAuthenticationRequest.find', 50)

    const outcomes = await Promise.all(FIFTY.map(() => messageOf(op.provider.backchannelResult(id, grant))))

    expect(outcomes.filter((outcome) => outcome.includes('decided on already'))).to.have.length(49)
    expect((await poll(op, id)).status).to.equal(200)
  })
})
