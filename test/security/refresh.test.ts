import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { ClientMetadata } from '../../types/client.ts'
import { FAULTS, faultyAdapter } from '../support/faulty_adapter.ts'
import { attack, expectRefusal } from '../support/invariants.ts'
import { REDIRECT_URI, WEB_CLIENT } from '../support/start_provider.ts'

const OTHER: ClientMetadata = { ...WEB_CLIENT, client_id: 'other' }
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }
const REVOKES = [
  'destroy Grant',
  'destroy RefreshToken',
  'revoke AccessToken',
  'revoke RefreshToken',
  'revoke AuthorizationCode',
  'revoke DeviceCode',
  'revoke BackchannelAuthenticationRequest',
]
const ROTATES = ['consume RefreshToken', 'insert RefreshToken', 'insert AccessToken']
const ROTATING = { rotateRefreshToken: true }

const claimsOf = (jwt: unknown): Record<string, unknown> => ({
  ...JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString()),
})

describe('token endpoint: refresh_token (RFC 6749 §6, RFC 9700 §4.14)', () => {
  afterEach(() => sinon.restore())

  for (const [what, value] of [
    ['unknown', 'unknown'],
    ['of 50 KB', 'x'.repeat(50_000)],
    ['named like a prototype', '__proto__'],
  ] as const) {
    attack('R1', `a refresh token that is ${what} is refused`, async (scene) => {
      const op = await scene.start()

      expectRefusal(await op.refresh(value), 400, 'invalid_grant')
    })
  }

  attack('R1', 'a missing refresh token is refused', async (scene) => {
    const op = await scene.start()

    expectRefusal(await op.refresh(''), 400, 'invalid_request')
  })

  attack('R1', "another client's token is refused and stays good for its owner", async (scene) => {
    const op = await scene.start({ ...ROTATING, clients: [WEB_CLIENT, OTHER] })
    const { body } = await op.login(OFFLINE)

    const stolen = await op.refresh(body['refresh_token'], { client_id: 'other' })
    const own = await op.refresh(body['refresh_token'])
    scene.begin()

    expectRefusal(stolen, 400, 'invalid_grant')
    expect(own.status).to.equal(200)
  })

  attack('R1', 'an expired token is refused', async (scene) => {
    const op = await scene.start()
    const { body } = await op.login(OFFLINE)
    scene.begin()
    const clock = sinon.useFakeTimers({ now: Date.now() + 15 * 24 * 3600 * 1000, toFake: ['Date'] })

    expectRefusal(await op.refresh(body['refresh_token']), 400, 'invalid_grant')
    clock.restore()
  })

  attack('R1', 'a wider scope is refused, the token stays good', async (scene) => {
    const op = await scene.start({ ...ROTATING, claims: { email: ['email'] } })
    const { body } = await op.login(OFFLINE)

    const wider = await op.refresh(body['refresh_token'], { scope: 'openid email' })
    const same = await op.refresh(body['refresh_token'])
    scene.begin()

    expectRefusal(wider, 400, 'invalid_scope')
    expect(same.status).to.equal(200)
  })

  for (const seconds of [0, 3600]) {
    attack(
      'R2',
      `a token used again after ${seconds} s takes its whole family with it (RFC 9700 §4.14.2)`,
      async (scene) => {
        const op = await scene.start(ROTATING)
        const { body: first } = await op.login(OFFLINE)
        const { body: second } = await op.refresh(first['refresh_token'])
        const { body: third } = await op.refresh(second['refresh_token'])
        const clock = sinon.useFakeTimers({ now: Date.now() + seconds * 1000, toFake: ['Date'] })
        scene.begin(...REVOKES)

        const replayed = await op.refresh(first['refresh_token'])

        expectRefusal(replayed, 400, 'invalid_grant')
        expectRefusal(await op.refresh(third['refresh_token']), 400, 'invalid_grant')
        expect((await op.userinfo(third['access_token'])).status).to.equal(401)
        clock.restore()
      },
    )
  }

  attack('R2', '50 uses at once: one gets a successor, and the family is revoked', async (scene) => {
    const op = await scene.start(ROTATING)
    const { body } = await op.login(OFFLINE)
    scene.begin(...ROTATES, ...REVOKES)

    const answers = await Promise.all(Array.from({ length: 50 }, () => op.refresh(body['refresh_token'])))

    const winners = answers.filter(({ status }) => status === 200)
    expect(winners).to.have.length(1)
    expectRefusal(await op.refresh(winners[0]?.body['refresh_token']), 400, 'invalid_grant')
  })

  attack('R4', 'within the reuse window the same client gets the same successor', async (scene) => {
    const op = await scene.start({ ...ROTATING, refreshTokenReuseWindow: 10 })
    const { body: first } = await op.login(OFFLINE)

    const lost = await op.refresh(first['refresh_token'])
    const repeated = await op.refresh(first['refresh_token'])
    scene.begin()

    expect(repeated.status).to.equal(200)
    expect(repeated.body['refresh_token']).to.equal(lost.body['refresh_token'])
  })

  attack('R4', 'a grandparent takes the family down although the window is open', async (scene) => {
    const op = await scene.start({ ...ROTATING, refreshTokenReuseWindow: 10 })
    const { body: first } = await op.login(OFFLINE)
    const { body: second } = await op.refresh(first['refresh_token'])
    const { body: third } = await op.refresh(second['refresh_token'])
    scene.begin(...REVOKES)

    expectRefusal(await op.refresh(first['refresh_token']), 400, 'invalid_grant')
    expectRefusal(await op.refresh(third['refresh_token']), 400, 'invalid_grant')
  })

  attack('R4', 'the window is not open to another client', async (scene) => {
    const op = await scene.start({ ...ROTATING, refreshTokenReuseWindow: 10, clients: [WEB_CLIENT, OTHER] })
    const { body: first } = await op.login(OFFLINE)
    await op.refresh(first['refresh_token'])
    scene.begin()

    const answer = await op.refresh(first['refresh_token'], { client_id: 'other' })

    expectRefusal(answer, 400, 'invalid_grant')
  })

  attack('R5', 'a replay is refused by a process that never saw the first use', async (scene) => {
    const adapter = memoryAdapter()
    const first = await scene.start({ ...ROTATING, adapter })
    const { body } = await first.login(OFFLINE)
    await first.refresh(body['refresh_token'])
    const second = await scene.start({ ...ROTATING, adapter })
    scene.begin(...REVOKES)

    expectRefusal(await second.refresh(body['refresh_token']), 400, 'invalid_grant')
  })

  attack('R10', 'a client that lost the grant type, or is gone, gets nothing', async (scene) => {
    const adapter = memoryAdapter()
    const before = await scene.start({ ...ROTATING, adapter })
    const { body } = await before.login(OFFLINE)
    const without = await scene.start({
      ...ROTATING,
      adapter,
      clients: [{ ...WEB_CLIENT, grant_types: ['authorization_code'] }],
    })
    const gone = await scene.start({ ...ROTATING, adapter, clients: [OTHER] })
    scene.begin()

    expectRefusal(await without.refresh(body['refresh_token']), 400, 'unauthorized_client')
    expectRefusal(await gone.refresh(body['refresh_token'], { client_id: 'web' }), 401, 'invalid_client')
  })

  attack('R11', 'a bound token ends with its session, an offline one does not', async (scene) => {
    const op = await scene.start({
      issueRefreshToken: async () => true,
    })
    const bound = await op.login()
    const offline = await op.login(OFFLINE)
    for (const { agent } of [bound, offline]) {
      const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
      await session?.destroy()
    }

    const refused = await op.refresh(bound.body['refresh_token'])
    const { status } = await op.refresh(offline.body['refresh_token'])
    scene.begin()

    expectRefusal(refused, 400, 'invalid_grant')
    expect(status).to.equal(200)
  })

  attack('R12', 'removing the grant removes every family at once', async (scene) => {
    const op = await scene.start(ROTATING)
    const { body } = await op.login(OFFLINE)
    const token = await op.provider.RefreshToken.find(String(body['refresh_token']))
    const grant = await op.provider.Grant.find(String(token?.grantId))
    await grant?.destroy()
    scene.begin()

    expectRefusal(await op.refresh(body['refresh_token']), 400, 'invalid_grant')
    expect((await op.userinfo(body['access_token'])).status).to.equal(401)
  })

  attack(
    'R14',
    'a refreshed ID Token keeps who authenticated and when (OpenID Connect Core 1.0 §12.2)',
    async (scene) => {
      const op = await scene.start(ROTATING)
      const { body } = await op.login({ ...OFFLINE, nonce: 'n', max_age: '3600' })
      const clock = sinon.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] })
      const refreshed = await op.refresh(body['refresh_token'])
      clock.restore()
      scene.begin()

      const [first, second] = [claimsOf(body['id_token']), claimsOf(refreshed.body['id_token'])]
      for (const name of ['iss', 'sub', 'aud', 'auth_time']) expect(second[name], name).to.equal(first[name])
      expect(first).to.have.property('auth_time')
      expect(second).to.not.have.property('nonce')
      expect(Number(second['iat'])).to.be.above(Number(first['iat']))
    },
  )

  for (const fault of FAULTS) {
    attack(
      'R15',
      `storage that fails while rotating (${fault}) costs the client nothing`,
      async (scene) => {
        const faulty = faultyAdapter(memoryAdapter())
        const op = await scene.start({ ...ROTATING, adapter: faulty.adapter, storageTimeout: 0.1 })
        const { body } = await op.login(OFFLINE)
        faulty.arm(0, 'hang', 0)
        const before = await op.refresh(body['refresh_token'])
        const calls = faulty.calls.length
        faulty.arm(faulty.calls.indexOf('commit') + 1, fault)
        const failed = await op.refresh(before.body['refresh_token'])
        faulty.disarm()

        const latest = failed.status === 200 ? failed.body : before.body
        const retried = await op.refresh(latest['refresh_token'])
        scene.begin()

        expect(calls).to.be.above(0)
        expect(failed.status).to.be.oneOf([200, 500, 503])
        expect(retried.status).to.equal(200)
      },
      { fails: [500, 503] },
    )
  }

  attack('R17', 'revoking a grant with many tokens is quick', async (scene) => {
    const op = await scene.start({ ...ROTATING, adapter: memoryAdapter({ max: 100_000 }) })
    const { body } = await op.login(OFFLINE)
    const { grantId } = (await op.provider.RefreshToken.find(String(body['refresh_token']))) ?? {}
    for (let count = 0; count < 5_000; count += 1) {
      await new op.provider.AccessToken({
        clientId: 'web',
        accountId: 'alice',
        grantId,
        scope: 'openid',
      }).save()
    }
    await op.refresh(body['refresh_token'])
    scene.begin(...REVOKES)

    expectRefusal(await op.refresh(body['refresh_token']), 400, 'invalid_grant')
  })

  attack('R18', 'a refresh token opens nothing, an access token refreshes nothing', async (scene) => {
    const op = await scene.start()
    const { body } = await op.login(OFFLINE)
    scene.begin()

    expect((await op.userinfo(body['refresh_token'])).status).to.equal(401)
    expectRefusal(await op.refresh(body['access_token']), 400, 'invalid_grant')
    expectRefusal(await op.refresh(body['id_token']), 400, 'invalid_grant')
  })

  attack('R2', "a public client's token always rotates (RFC 9700 §4.14.2)", async (scene) => {
    const op = await scene.start({
      clients: [
        {
          client_id: 'public',
          redirect_uris: [REDIRECT_URI],
          token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code', 'refresh_token'],
        },
      ],
    })
    const { body } = await op.login(OFFLINE)

    const refreshed = await op.refresh(body['refresh_token'])
    scene.begin(...REVOKES)

    expect(refreshed.status).to.equal(200)
    expect(refreshed.body['refresh_token']).to.not.equal(body['refresh_token'])
    expectRefusal(await op.refresh(body['refresh_token']), 400, 'invalid_grant')
  })
})
