import { expect } from 'chai'
import type { AdapterPayload } from '../../types/adapter.ts'
import { faultyAdapter } from '../support/faulty_adapter.ts'
import { attack, expectRefusal, type Scene } from '../support/invariants.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { ACCOUNT, type RunningProvider } from '../support/start_provider.ts'
import {
  clientToken,
  credentials,
  introspect,
  PUBLIC_CLIENT,
  revoke,
  userTokens,
  withTokenEndpoints,
} from '../support/token_endpoints.ts'

/** What revoking a refresh token writes. */
const SWEEP = [
  'destroy Grant',
  'destroy RefreshToken',
  'revoke AccessToken',
  'revoke AuthorizationCode',
  'revoke BackchannelAuthenticationRequest',
  'revoke DeviceCode',
  'revoke RefreshToken',
]

async function start(
  scene: Scene,
  writes: readonly string[] = [],
  configuration: Parameters<typeof withTokenEndpoints>[0] = {},
) {
  const op = await scene.start(withTokenEndpoints(configuration))
  const tokens = await userTokens(op)
  scene.begin(...writes)
  return { op, ...tokens }
}

/** Tokens under a grant, as a login leaves them. */
async function storedTokens({ provider }: RunningProvider) {
  const client = await provider.Client.find('web')
  const grantId = await new provider.Grant({ accountId: ACCOUNT, clientId: 'web' }).save()
  const payload = { accountId: ACCOUNT, client, grantId, scope: 'openid' }
  return {
    accessToken: await new provider.AccessToken(payload).save(),
    refreshToken: await new provider.RefreshToken(payload).save(),
  }
}

describe('revocation endpoint (RFC 7009)', () => {
  for (const [title, form] of [
    ['no credentials', {}],
    ['a wrong secret', { client_id: 'web', client_secret: 'wrong' }],
    ['a confidential client that only names itself', { client_id: 'web' }],
  ] as const) {
    attack('V1', `${title} is invalid_client, and nothing is looked up (§2.1)`, async (scene) => {
      const { op, accessToken, refreshToken } = await start(scene)

      for (const token of [accessToken, refreshToken, 'unknown'])
        expectRefusal(await op.post('revocation', { ...form, token }), 401, 'invalid_client')
      expect(scene.calls.filter((call) => !call.startsWith('Client.'))).to.deep.equal([])
    })
  }

  for (const token of ['unknown', 'x'.repeat(10_000), '__proto__', '../x', 'a b', 'a.b.c']) {
    attack('V2', `the unknown token ${token.slice(0, 12)} is 200 without a body (§2.2)`, async (scene) => {
      const { op } = await start(scene)
      const response = await op
        .agent()
        .post(op.provider.urlFor('revocation'), { ...credentials('web'), token })

      expect(response.status).to.equal(200)
      expect(await response.text()).to.equal('')
      expect(response.headers.get('cache-control')).to.equal('no-store')
    })
  }

  attack('V2', 'a token that has been revoked already is 200 (§2.2)', async (scene) => {
    const { op, accessToken, refreshToken } = await start(scene, [...SWEEP, 'destroy AccessToken'])

    for (const token of [accessToken, accessToken, refreshToken, refreshToken, accessToken])
      expect((await revoke(op, token)).status).to.equal(200)
  })

  attack('V4', 'a refresh token takes family, access tokens and grant along (§2.1)', async (scene) => {
    const { op, accessToken, refreshToken } = await start(scene, SWEEP)

    expect((await revoke(op, refreshToken)).status).to.equal(200)

    expect((await op.userinfo(accessToken)).status).to.equal(401)
    expectRefusal(await op.refresh(refreshToken), 400, 'invalid_grant')
    for (const token of [accessToken, refreshToken])
      expect((await introspect(op, token)).body).to.deep.equal({ active: false })
  })

  attack('V5', 'an access token goes itself, the refresh token stays (§2.1)', async (scene) => {
    const { op, accessToken, refreshToken } = await start(scene, [
      'destroy AccessToken',
      'insert AccessToken',
    ])

    expect((await revoke(op, accessToken)).status).to.equal(200)

    expect((await op.userinfo(accessToken)).status).to.equal(401)
    expect((await op.refresh(refreshToken)).status).to.equal(200)
  })

  attack('V5', "somebody else's token is refused, and stays (§2.1)", async (scene) => {
    const { op, accessToken, refreshToken } = await start(scene)

    for (const clientId of ['rs', 'spa'])
      for (const token of [accessToken, refreshToken])
        expectRefusal(await revoke(op, token, {}, clientId), 400, 'invalid_request')
    for (const token of [accessToken, refreshToken])
      expect((await introspect(op, token)).body['active']).to.equal(true)
  })

  attack('V7', 'a JWT access token is unsupported_token_type (§2.2.1)', async (scene) => {
    const op = await scene.start(
      withTokenEndpoints({
        features: {
          resourceIndicators: {
            getResourceServerInfo: () => ({ scope: 'api:read', accessTokenFormat: 'jwt' }),
          },
        },
      }),
    )
    const { body } = await op.token({
      grant_type: 'client_credentials',
      resource: 'https://api.example.com',
      scope: 'api:read',
    })
    scene.begin()

    expectRefusal(await revoke(op, body['access_token']), 400, 'unsupported_token_type')
  })

  for (const fault of ['throw-before', 'throw-after'] as const) {
    for (const kind of ['accessToken', 'refreshToken'] as const) {
      attack(
        'V8',
        `storage that fails (${fault}) at any call while a ${kind} is revoked is 503 with Retry-After, never 200 (§2.2.1, CVE-2020-15223)`,
        async (scene) => {
          const storage = faultyAdapter(mapAdapter())
          const op = await scene.start(withTokenEndpoints({ adapter: storage.adapter }))
          let [number, total] = [0, 0]
          do {
            storage.disarm()
            const tokens = await storedTokens(op)
            scene.begin(...SWEEP, 'destroy AccessToken')
            storage.arm(number, fault, number === 0 ? 0 : 1)
            const answer = await revoke(op, tokens[kind])
            total = Math.max(total, storage.calls.length)
            const at = storage.calls[number - 1] ?? 'no fault'
            storage.disarm()

            const matters = number > 0
            expect(answer.status, at).to.equal(matters ? 503 : 200)
            if (matters) {
              expectRefusal(answer, 503, 'temporarily_unavailable')
              expect(answer.headers.get('retry-after'), at).to.equal('5')
              expect((await revoke(op, tokens[kind])).status, `${at}: the second try`).to.equal(200)
            }
            expect((await introspect(op, tokens[kind])).body, at).to.deep.equal({ active: false })
            if (kind === 'refreshToken') {
              expect((await introspect(op, tokens.accessToken)).body, at).to.deep.equal({ active: false })
            }
            number += 1
          } while (number <= total)

          expect(total).to.be.above(3)
        },
        { fails: [503] },
      )
    }
  }

  attack('V11', 'a refresh token that was rotated out takes the family along', async (scene) => {
    const op = await scene.start(withTokenEndpoints({ rotateRefreshToken: true }))
    const first = await userTokens(op)
    const second = (await op.refresh(first.refreshToken)).body
    const third = (await op.refresh(second['refresh_token'])).body
    scene.begin(...SWEEP)

    expect((await revoke(op, first.refreshToken)).status).to.equal(200)

    for (const token of [third['access_token'], third['refresh_token'], second['access_token']])
      expect((await introspect(op, token)).body).to.deep.equal({ active: false })
    expectRefusal(await op.refresh(third['refresh_token']), 400, 'invalid_grant')
  })

  attack('V11', 'so does one that has expired since', async (scene) => {
    const rows = new Map<string, AdapterPayload>()
    const op = await scene.start(withTokenEndpoints({ rotateRefreshToken: true, adapter: mapAdapter(rows) }))
    const first = await userTokens(op)
    const { body } = await op.refresh(first.refreshToken)
    const key = `RefreshToken:${first.refreshToken}`
    rows.set(key, { ...rows.get(key), exp: 1 })
    scene.begin(...SWEEP)

    expect((await revoke(op, first.refreshToken)).status).to.equal(200)

    expectRefusal(await op.refresh(body['refresh_token']), 400, 'invalid_grant')
    expect((await op.userinfo(body['access_token'])).status).to.equal(401)
  })

  attack('V12', 'a public client revokes its own token by its client_id alone (§5)', async (scene) => {
    const op = await scene.start(withTokenEndpoints({ clients: [PUBLIC_CLIENT] }))
    const { accessToken, refreshToken } = await userTokens(op)
    scene.begin(...SWEEP, 'destroy AccessToken')

    expect((await revoke(op, accessToken, {}, 'spa')).status).to.equal(200)
    expect((await op.userinfo(accessToken)).status).to.equal(401)
    expect((await revoke(op, refreshToken, {}, 'spa')).status).to.equal(200)
    expectRefusal(await op.refresh(refreshToken), 400, 'invalid_grant')
  })

  for (const [title, form] of [
    ['missing', ''],
    ['repeated', 'token=a&token=b'],
  ] as const) {
    attack('I2', `a token that is ${title} is invalid_request at the revocation endpoint`, async (scene) => {
      const { op } = await start(scene)
      const body = `${new URLSearchParams(credentials('web'))}&${form}`

      expectRefusal(await op.post('revocation', body), 400, 'invalid_request')
    })
  }

  attack('I4', 'a bogus token_type_hint is ignored at the revocation endpoint (§2.1)', async (scene) => {
    const { op } = await start(scene, ['destroy ClientCredentials', 'insert ClientCredentials'])

    for (const hint of ['bogus', '__proto__', 'refresh_token']) {
      const token = await clientToken(op)
      expect((await revoke(op, token, { token_type_hint: hint })).status).to.equal(200)
      expect((await introspect(op, token)).body).to.deep.equal({ active: false })
    }
  })

  for (const method of ['GET', 'PUT', 'DELETE', 'HEAD'] as const) {
    attack('I10', `${method} is 405 at the revocation endpoint`, async (scene) => {
      const { op, accessToken } = await start(scene)
      const query = new URLSearchParams({ ...credentials('web'), token: accessToken })

      const response = await op.agent().request(`${op.provider.urlFor('revocation')}?${query}`, { method })

      expect(response.status).to.equal(405)
      expect((await introspect(op, accessToken)).body['active']).to.equal(true)
    })
  }
})
