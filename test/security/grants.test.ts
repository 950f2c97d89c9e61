import { expect } from 'chai'
import { errors } from '../../lib/index.ts'
import type { ClientMetadata } from '../../types/client.ts'
import { attack, expectRefusal, type Scene } from '../support/invariants.ts'
import { REDIRECT_URI, type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'

const SERVICE: ClientMetadata = {
  ...WEB_CLIENT,
  grant_types: ['authorization_code', 'client_credentials'],
  scope: 'openid offline_access read',
}
const CUSTOM = 'urn:example:grant'
const FEATURES = { clientCredentials: { enabled: true } }

const start = (scene: Scene, grantTypes = SERVICE.grant_types) =>
  scene.start({
    features: FEATURES,
    scopes: ['openid', 'offline_access', 'read', 'write'],
    clients: [{ ...SERVICE, grant_types: grantTypes }],
  })

const credentials = (op: RunningProvider, params: Record<string, string> = {}) =>
  op.token({ grant_type: 'client_credentials', ...params })

/** Registers a grant type before its client is first used. */
function withGrant(
  op: RunningProvider,
  handler: Parameters<RunningProvider['provider']['registerGrantType']>[1],
) {
  op.provider.registerGrantType(CUSTOM, handler, ['one', 'many'], ['many'])
  return (form: string) =>
    op.post(
      'token',
      `client_id=web&client_secret=${encodeURIComponent(String(WEB_CLIENT.client_secret))}&grant_type=${CUSTOM}&${form}`,
    )
}

describe('client credentials and custom grants (RFC 6749 §4.4, §4.5)', () => {
  attack('G1', 'a public client gets none (RFC 6749 §4.4)', async (scene) => {
    const op = await scene.start({
      features: FEATURES,
      clients: [
        {
          client_id: 'public',
          redirect_uris: [REDIRECT_URI],
          token_endpoint_auth_method: 'none',
        },
      ],
    })

    expectRefusal(await credentials(op), 400, 'unauthorized_client')
  })

  for (const scope of [
    'write',
    'openid',
    'offline_access',
    'unknown',
    '"',
    `${'read '.repeat(900)}read`,
    'é',
  ]) {
    attack('G2', `the scope ${scope.slice(0, 20)} is refused`, async (scene) => {
      const op = await start(scene)

      expectRefusal(
        await credentials(op, { scope }),
        400,
        scope.length > 3000 ? 'invalid_request' : 'invalid_scope',
      )
    })
  }

  attack('G2', '50,000 characters of scope are refused at once', async (scene) => {
    const op = await start(scene)

    const { status, body } = await credentials(op, { scope: 'read '.repeat(10_000) })

    expect(status).to.equal(400)
    expect(body['error']).to.be.oneOf(['invalid_scope', 'invalid_request'])
  })

  attack('G4', 'neither a refresh token nor an ID Token is issued (RFC 6749 §4.4.3)', async (scene) => {
    const op = await start(scene)
    scene.begin('insert ClientCredentials')

    const { status, body } = await credentials(op, { scope: 'read' })

    expect(status).to.equal(200)
    expect(Object.keys(body)).to.have.members(['access_token', 'token_type', 'expires_in', 'scope'])
  })

  attack('G4', 'such a token does not open the userinfo endpoint', async (scene) => {
    const op = await start(scene)
    const { body } = await credentials(op, { scope: 'read' })
    scene.begin()

    expect((await op.userinfo(body['access_token'])).status).to.equal(401)
  })

  attack(
    'G7',
    'a custom grant that fails is a bare server_error, and nothing is stored',
    async (scene) => {
      const op = await start(scene, ['authorization_code', CUSTOM])
      const post = withGrant(op, () => {
        throw new Error('password of the database: hunter2')
      })
      scene.begin()

      const answer = await post('one=1')

      expectRefusal(answer, 500, 'server_error')
      expect(JSON.stringify(answer.body)).to.not.include('hunter2')
    },
    { fails: [500] },
  )

  attack('G7', "a custom grant's own OAuth error is answered as it is", async (scene) => {
    const op = await start(scene, ['authorization_code', CUSTOM])
    const post = withGrant(op, () => {
      throw new errors.InvalidTarget()
    })
    scene.begin()

    expectRefusal(await post('one=1'), 400, 'invalid_target')
  })

  attack('G8', 'its parameters must not repeat, but for those that may', async (scene) => {
    const op = await start(scene, ['authorization_code', CUSTOM])
    const post = withGrant(op, (ctx) => {
      ctx.body = { ...ctx.oidc.params }
    })
    scene.begin()

    expectRefusal(await post('one=1&one=2'), 400, 'invalid_request')
    const { body } = await post('one=1&many=2&many=3&other=4')
    expect(body).to.deep.include({ one: '1', many: ['2', '3'] })
    expect(body).to.not.have.property('other')
  })
})
