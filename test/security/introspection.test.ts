import { expect } from 'chai'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { attack, expectRefusal, type Scene } from '../support/invariants.ts'
import type { RunningProvider } from '../support/start_provider.ts'
import {
  credentials,
  introspect,
  RESOURCE_SERVER,
  TOKEN_ENDPOINTS,
  userTokens,
  withTokenEndpoints,
} from '../support/token_endpoints.ts'

const INACTIVE = { active: false }
const API = 'https://api.example.com'

async function start(scene: Scene, configuration: Parameters<typeof withTokenEndpoints>[0] = {}) {
  const op = await scene.start(withTokenEndpoints(configuration))
  const tokens = await userTokens(op)
  scene.begin()
  return { op, ...tokens }
}

const jwtAccessTokens = (more: object = {}) => ({
  features: {
    resourceIndicators: {
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: 'api:read', accessTokenFormat: 'jwt' as const, ...more }),
    },
  },
})

const clientJwt = async (op: RunningProvider) => {
  const { body } = await op.token({
    grant_type: 'client_credentials',
    resource: API,
    scope: 'api:read',
  })
  return String(body['access_token'])
}

describe('introspection endpoint (RFC 7662, RFC 9701)', () => {
  for (const [title, form] of [
    ['no credentials', {}],
    ['a wrong secret', { client_id: 'rs', client_secret: 'wrong' }],
    ['an unknown client', { client_id: 'nobody', client_secret: 'wrong' }],
    ['a confidential client that only names itself', { client_id: 'rs' }],
  ] as const) {
    attack('I1', `${title} is invalid_client, whatever the token (§2.1)`, async (scene) => {
      const { op, accessToken } = await start(scene)

      for (const token of [accessToken, 'unknown'])
        expectRefusal(await op.post('introspection', { ...form, token }), 401, 'invalid_client')
      expect(scene.calls.filter((call) => !call.startsWith('Client.'))).to.deep.equal([])
    })
  }

  attack('I1', "a public client that asks about others' tokens learns nothing (§4)", async (scene) => {
    const { op, accessToken, refreshToken } = await start(scene)

    for (const token of [accessToken, refreshToken])
      expect((await introspect(op, token, {}, 'spa')).body).to.deep.equal(INACTIVE)
  })

  for (const [title, form] of [
    ['missing', ''],
    ['empty', 'token='],
    ['repeated', 'token=a&token=b'],
    ['repeated with itself', 'token=a&token=a'],
  ] as const) {
    attack('I2', `a token that is ${title} is invalid_request (§2.1)`, async (scene) => {
      const { op } = await start(scene)
      const body = `${new URLSearchParams(credentials('rs'))}&${form}`

      expectRefusal(await op.post('introspection', body), 400, 'invalid_request')
    })
  }

  for (const hint of ['bogus', '__proto__', 'constructor', 'x'.repeat(3_000)]) {
    attack('I4', `the hint ${hint.slice(0, 12)} is ignored (§2.1)`, async (scene) => {
      const { op, accessToken } = await start(scene)

      expect((await introspect(op, accessToken, { token_type_hint: hint })).body['active']).to.equal(true)
    })
  }

  attack('I5', 'a resource server that the policy does not let ask learns nothing (§4)', async (scene) => {
    const { op, accessToken } = await start(scene, {
      features: {
        introspection: {
          enabled: true,
          allowedPolicy: async (_ctx, client, token) => 'aud' in token && token.aud === client.clientId,
        },
      },
    })

    expect((await introspect(op, accessToken)).body).to.deep.equal(INACTIVE)
  })

  attack('I7', 'extra claims override nothing, also what the token does not have (§2.2)', async (scene) => {
    const lies = {
      active: false,
      sub: 'mallory',
      exp: 9_999_999_999,
      iat: 1,
      client_id: 'rs',
      cnf: { jkt: 'b' },
      aud: 'everybody',
      iss: 'https://evil.example.com',
      jti: 'x',
      scope: 'admin',
      sid: 's',
      token_type: 'mac',
    }
    const { op, accessToken } = await start(scene, { extraTokenClaims: () => ({ ...lies, mine: true }) })
    const honest = await start(scene)

    const { body } = await introspect(op, accessToken)

    expect(body).to.include({ active: true, sub: 'alice', client_id: 'web', scope: 'openid', mine: true })
    for (const [name, lie] of Object.entries(lies))
      expect(body[name], name).not.to.deep.equal(name === 'active' ? false : lie)
    expect(Object.keys(body).filter((name) => name !== 'mine')).to.have.members(
      Object.keys((await introspect(honest.op, honest.accessToken)).body),
    )
  })

  attack(
    'I8',
    'a JWT response is of its own type, for whoever asked, and opens nothing (RFC 9701 §8.1)',
    async (scene) => {
      const { op, accessToken } = await start(scene)
      const response = await op
        .agent()
        .post(
          op.provider.urlFor('introspection'),
          { ...credentials('rs'), token: accessToken },
          { accept: 'application/token-introspection+jwt' },
        )
      const jwt = await response.text()

      expect(decodeProtectedHeader(jwt).typ).to.equal('token-introspection+jwt')
      expect(decodeJwt(jwt)).to.include({ aud: 'rs', iss: op.issuer })
      expect(decodeJwt(jwt)).not.to.have.any.keys('sub', 'exp')
      expect((await op.userinfo(jwt)).status).to.equal(401)
      expect((await introspect(op, jwt)).body).to.deep.equal(INACTIVE)
      const hint = await op.agent().get(op.authorizationUrl({ id_token_hint: jwt }))
      expect(hint.headers.get('location')).to.include('error=invalid_request')
    },
  )

  for (const method of ['GET', 'PUT', 'DELETE', 'HEAD'] as const) {
    attack('I10', `${method} is 405: a token does not belong into a log (§2.1)`, async (scene) => {
      const { op, accessToken } = await start(scene)
      const url = `${op.provider.urlFor('introspection')}?${new URLSearchParams({ ...credentials('rs'), token: accessToken })}`

      const response = await op.agent().request(url, { method })

      expect(response.status).to.equal(405)
      expect(await response.text()).not.to.include('active')
    })
  }

  attack('I10', 'a token in the query of a POST is not read (RFC 6750 §2.3)', async (scene) => {
    const { op, accessToken } = await start(scene)
    const url = `${op.provider.urlFor('introspection')}?token=${accessToken}`

    const response = await op.agent().post(url, credentials('rs'))

    expect(response.status).to.equal(400)
  })

  attack('I11', 'a JWT access token is unsupported_token_type: its grant is not known', async (scene) => {
    const op = await scene.start(withTokenEndpoints(jwtAccessTokens()))
    const jwt = await clientJwt(op)
    scene.begin()

    expectRefusal(await introspect(op, jwt), 400, 'unsupported_token_type')
    expectRefusal(
      await introspect(op, jwt, { token_type_hint: 'refresh_token' }),
      400,
      'unsupported_token_type',
    )
  })

  attack('I11', 'an encrypted JWT access token is unsupported_token_type', async (scene) => {
    const key = Buffer.alloc(32, 1)
    const encrypt = { alg: 'dir', enc: 'A128CBC-HS256', key } as const
    const op = await scene.start(withTokenEndpoints(jwtAccessTokens({ jwt: { encrypt } })))
    const jwt = await clientJwt(op)
    scene.begin()

    expect(jwt.split('.')).to.have.length(5)
    expectRefusal(await introspect(op, jwt), 400, 'unsupported_token_type')
  })

  attack(
    'I11',
    'JWTs of somebody else, ID Tokens and what only looks like a JWT are inactive (§2.2)',
    async (scene) => {
      const op = await scene.start(withTokenEndpoints(jwtAccessTokens()))
      const jwt = await clientJwt(op)
      const { body } = await op.login()
      scene.begin()
      const [header = '', payload = '', signature = ''] = jwt.split('.')
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const foreign = encode({ ...decodeJwt(jwt), iss: 'https://evil.example.com' })
      const values = [
        `${header}.${foreign}.${signature}`,
        `${encode({ alg: 'RS256' })}.${payload}.${signature}`,
        `${encode({ alg: 'RS256', typ: 'JWT' })}.${payload}.${signature}`,
        `${encode({ alg: 'RS256', typ: ['at+jwt'] })}.${payload}.${signature}`,
        `${encode({ alg: 'RS256', typ: 'xat+jwt' })}.${payload}.${signature}`,
        `${encode({ alg: 'RS256', typ: 'at+jwtx' })}.${payload}.${signature}`,
        `${header}.x.${signature}`,
        `${header}.${payload}`,
        `${header}.${payload}.${signature}.x`,
        `${header}.${payload}.${signature}.x.y.z`,
        String(body['id_token']),
        'a.b.c',
        '..',
        '.',
        '....',
      ]

      for (const value of values) expect((await introspect(op, value)).body, value).to.deep.equal(INACTIVE)
    },
  )

  for (const typ of ['application/at+jwt', 'AT+JWT']) {
    attack('I11', `the type may be written ${typ} (RFC 9068 §2.1, RFC 7515 §4.1.9)`, async (scene) => {
      const op = await scene.start(withTokenEndpoints(jwtAccessTokens()))
      const [, payload = '', signature = ''] = (await clientJwt(op)).split('.')
      scene.begin()
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', typ })).toString('base64url')

      expectRefusal(await introspect(op, `${header}.${payload}.${signature}`), 400, 'unsupported_token_type')
    })
  }

  attack(
    'G5',
    'the tokens of a client that is not valid any more are inactive (CVE-2023-0091)',
    async (scene) => {
      const op = await scene.start({ ...TOKEN_ENDPOINTS, clients: [RESOURCE_SERVER] })
      const stored = { ...TOKEN_ENDPOINTS.clients[0], jwks: undefined }
      await scene.adapter('Client').upsert('web', stored)
      const client = await op.provider.Client.find('web')
      const token = await new op.provider.ClientCredentials({ client, scope: 'api' }).save()
      expect((await introspect(op, token)).body['active']).to.equal(true)
      await scene.adapter('Client').upsert('web', { ...stored, redirect_uris: ['not a URI'] })
      scene.begin()

      expect((await introspect(op, token)).body).to.deep.equal(INACTIVE)
    },
  )

  attack('H32', 'answers and errors are not stored (RFC 6749 §5.1)', async (scene) => {
    const { op, accessToken } = await start(scene)

    for (const { headers } of [await introspect(op, accessToken), await op.post('introspection', {})])
      expect(headers.get('cache-control')).to.include('no-store')
  })
})
