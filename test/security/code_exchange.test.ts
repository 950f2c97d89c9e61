import { expect } from 'chai'
import sinon from 'sinon'
import type { ClientMetadata } from '../../types/client.ts'
import { attack, expectRefusal } from '../support/invariants.ts'
import { REDIRECT_URI, type TokenAnswer, WEB_CLIENT } from '../support/start_provider.ts'

const OTHER: ClientMetadata = { ...WEB_CLIENT, client_id: 'other' }
const SECRET = String(WEB_CLIENT.client_secret)
const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }
/** What a replay takes down. */
const REVOKES = [
  'destroy Grant',
  'revoke AccessToken',
  'revoke RefreshToken',
  'revoke AuthorizationCode',
  'revoke DeviceCode',
  'revoke BackchannelAuthenticationRequest',
]
const ISSUES = ['consume AuthorizationCode', 'insert AccessToken', 'insert RefreshToken']

const statuses = (answers: readonly TokenAnswer[]) => answers.map(({ status }) => status).sort()

describe('token endpoint: authorization_code (RFC 6749 §4.1.3, RFC 7636 §4.6)', () => {
  afterEach(() => sinon.restore())

  attack('T1', 'parameters in the query are never read (RFC 6749 §3.2)', async (scene) => {
    const op = await scene.start()
    const { code, verifier } = await op.authorize()
    scene.begin()
    const query = new URLSearchParams({ grant_type: 'authorization_code', code, code_verifier: verifier })

    const response = await op.agent().post(`/token?${query}`, { client_id: 'web', client_secret: SECRET })

    expect(response.status).to.equal(400)
    expect(await response.json()).to.include({ error: 'invalid_request' })
  })

  for (const [grantType, error] of [
    ['', 'invalid_request'],
    ['x', 'unsupported_grant_type'],
    ['implicit', 'unsupported_grant_type'],
    ['password', 'unsupported_grant_type'],
    ['__proto__', 'unsupported_grant_type'],
    ['constructor', 'unsupported_grant_type'],
    ['authorization_code ', 'unsupported_grant_type'],
  ] as const) {
    attack('T2', `grant_type "${grantType}" is refused as ${error}`, async (scene) => {
      const op = await scene.start()

      expectRefusal(await op.token({ grant_type: grantType }), 400, error)
    })
  }

  attack('T2', 'a repeated grant_type is refused', async (scene) => {
    const op = await scene.start()
    const credentials = new URLSearchParams({ client_id: 'web', client_secret: SECRET })

    const answer = await op.post('token', `${credentials}&grant_type=x&grant_type=x`)

    expectRefusal(answer, 400, 'invalid_request')
  })

  attack('T2', 'a grant type the client did not register is refused', async (scene) => {
    const op = await scene.start({ clients: [{ ...WEB_CLIENT, grant_types: ['authorization_code'] }] })

    expectRefusal(await op.refresh('x'), 400, 'unauthorized_client')
  })

  attack('T4', 'a missing code is refused', async (scene) => {
    const op = await scene.start()

    expectRefusal(await op.exchange('', 'v'), 400, 'invalid_request')
  })

  for (const [what, change] of [
    ['unknown', () => 'unknown'],
    ['cut', (code: string) => code.slice(0, -1)],
    ['of 50 KB', () => 'x'.repeat(50_000)],
    ['with a NUL', (code: string) => `${code}\0`],
    ['with a path', () => '../../etc/passwd'],
    ['named like a prototype', () => '__proto__'],
  ] as const) {
    attack('T4', `a code that is ${what} is refused`, async (scene) => {
      const op = await scene.start()
      const { code, verifier } = await op.authorize()
      scene.begin()

      expectRefusal(await op.exchange(change(code), verifier), 400, 'invalid_grant')
    })
  }

  attack('T5', "another client's code is refused and stays good for its owner", async (scene) => {
    const op = await scene.start({ clients: [WEB_CLIENT, OTHER] })
    const { code, verifier } = await op.authorize()

    const stolen = await op.exchange(code, verifier, { client_id: 'other' })
    const own = await op.exchange(code, verifier)
    scene.begin()

    expectRefusal(stolen, 400, 'invalid_grant')
    expect(own.status).to.equal(200)
  })

  for (const seconds of [0, 1, 30]) {
    attack(
      'T7',
      `a code used again after ${seconds} s takes its tokens with it (RFC 6749 §4.1.2)`,
      async (scene) => {
        const op = await scene.start()
        const { code, verifier } = await op.authorize(OFFLINE)
        const { body } = await op.exchange(code, verifier)
        const clock = sinon.useFakeTimers({ now: Date.now() + seconds * 1000, toFake: ['Date'] })
        scene.begin(...REVOKES)

        const again = await op.exchange(code, verifier)

        expectRefusal(again, 400, 'invalid_grant')
        expect((await op.userinfo(body['access_token'])).status).to.equal(401)
        expectRefusal(await op.refresh(body['refresh_token']), 400, 'invalid_grant')
        clock.restore()
      },
    )
  }

  attack(
    'T8',
    '50 exchanges at once: one gets tokens, and they are revoked by the replays',
    async (scene) => {
      const op = await scene.start()
      const { code, verifier } = await op.authorize()
      scene.begin(...ISSUES, ...REVOKES)

      const answers = await Promise.all(Array.from({ length: 50 }, () => op.exchange(code, verifier)))

      expect(statuses(answers)).to.deep.equal([200, ...Array.from({ length: 49 }, () => 400)])
      const winner = answers.find(({ status }) => status === 200)
      expect((await op.userinfo(winner?.body['access_token'])).status).to.equal(401)
    },
  )

  attack('T10', 'a failed proof does not spend the code', async (scene) => {
    const op = await scene.start()
    const { code, verifier } = await op.authorize()

    const wrong = await op.exchange(code, 'v'.repeat(43))
    const right = await op.exchange(code, verifier)
    scene.begin()

    expectRefusal(wrong, 400, 'invalid_grant')
    expect(right.status).to.equal(200)
  })

  attack('T10', 'after five failed proofs the code is dead', async (scene) => {
    const op = await scene.start()
    const { code, verifier } = await op.authorize()
    scene.begin('put AuthorizationCode', 'destroy AuthorizationCode')

    for (let attempt = 0; attempt < 5; attempt += 1)
      expectRefusal(await op.exchange(code, 'v'.repeat(43)), 400, 'invalid_grant')

    expectRefusal(await op.exchange(code, verifier), 400, 'invalid_grant')
  })

  for (const [what, redirectUri, error] of [
    ['missing', '', 'invalid_request'],
    ['different', 'https://evil.example/cb', 'invalid_grant'],
    ['another registered one', 'https://rp.example.com/other', 'invalid_grant'],
  ] as const) {
    attack('T11', `a redirect_uri that is ${what} is refused`, async (scene) => {
      const clients = [{ ...WEB_CLIENT, redirect_uris: [REDIRECT_URI, 'https://rp.example.com/other'] }]
      const op = await scene.start({ clients })
      const { code, verifier } = await op.authorize()
      scene.begin('put AuthorizationCode')

      expectRefusal(await op.exchange(code, verifier, { redirect_uri: redirectUri }), 400, error)
    })
  }

  attack('T12', 'a missing code_verifier is refused', async (scene) => {
    const op = await scene.start()
    const { code } = await op.authorize()
    scene.begin('put AuthorizationCode')

    expectRefusal(await op.exchange(code, ''), 400, 'invalid_grant')
  })

  attack('T14', 'a code_verifier without a challenge is refused (RFC 9700 §4.8.2)', async (scene) => {
    const op = await scene.start({ pkce: { required: () => false } })
    const { code, verifier } = await op.authorize({ code_challenge: '', code_challenge_method: '' })
    scene.begin('put AuthorizationCode')

    expectRefusal(await op.exchange(code, verifier), 400, 'invalid_grant')
  })

  attack('T15', 'the challenge is not its own verifier', async (scene) => {
    const op = await scene.start()
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    const { code } = await op.authorize({ code_challenge: challenge })
    scene.begin('put AuthorizationCode')

    expectRefusal(await op.exchange(code, challenge), 400, 'invalid_grant')
  })

  attack('T17', 'a code whose grant is gone is refused', async (scene) => {
    const op = await scene.start()
    const { code, verifier } = await op.authorize()
    const stored = await op.provider.AuthorizationCode.find(code)
    const grant = await op.provider.Grant.find(String(stored?.grantId))
    await grant?.destroy()
    scene.begin()

    expectRefusal(await op.exchange(code, verifier), 400, 'invalid_grant')
  })

  attack('T17', 'a code whose session ended is refused', async (scene) => {
    const op = await scene.start()
    const { code, verifier, agent } = await op.authorize()
    const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
    await session?.destroy()
    scene.begin()

    expectRefusal(await op.exchange(code, verifier), 400, 'invalid_grant')
  })

  attack('T17', 'a code whose account is gone is refused', async (scene) => {
    let gone = false
    const op = await scene.start({
      findAccount: (_ctx, id) => (gone ? undefined : { accountId: id, claims: () => ({ sub: id }) }),
    })
    const { code, verifier } = await op.authorize()
    gone = true
    scene.begin()

    expectRefusal(await op.exchange(code, verifier), 400, 'invalid_grant')
  })

  attack('T17', 'a code that expired is refused', async (scene) => {
    const op = await scene.start()
    const { code, verifier } = await op.authorize()
    scene.begin()
    const clock = sinon.useFakeTimers({ now: Date.now() + 11 * 60 * 1000, toFake: ['Date'] })

    expectRefusal(await op.exchange(code, verifier), 400, 'invalid_grant')
    clock.restore()
  })

  attack('T18', 'a scope parameter changes nothing', async (scene) => {
    const op = await scene.start({ claims: { email: ['email'] } })
    const { code, verifier } = await op.authorize()

    const { body } = await op.exchange(code, verifier, { scope: 'openid email' })
    scene.begin()

    expect(body).to.include({ scope: 'openid' })
  })

  attack('T20', 'other tokens are no codes', async (scene) => {
    const op = await scene.start()
    const { body, verifier } = await op.login(OFFLINE)
    scene.begin()

    for (const name of ['access_token', 'refresh_token', 'id_token'])
      expectRefusal(await op.exchange(String(body[name]), verifier), 400, 'invalid_grant')
  })

  attack('T21', 'a code shows up in no log line and no error', async (scene) => {
    const op = await scene.start()
    const { code, verifier } = await op.authorize()
    scene.keepSecret(code)

    await op.exchange(code, 'v'.repeat(43))
    await op.exchange(code, verifier)
    await op.exchange(code, verifier)
    await op.exchange(`${code}x`, verifier)

    scene.begin()
  })

  attack('T22', 'codes have 128 bits and more, and name nothing of the request', async (scene) => {
    const op = await scene.start()

    const seen = new Set<string>()
    for (let round = 0; round < 20; round += 1) {
      const { code } = await op.authorize()
      expect(Buffer.from(code, 'base64url').length).to.be.at.least(16)
      seen.add(code)
    }
    scene.begin()

    expect(seen.size).to.equal(20)
  })

  attack(
    'T24',
    'claims that fail leave the code good',
    async (scene) => {
      const answers = [
        () => {
          throw new Error('the directory is down')
        },
        () => ({ sub: 'somebody else' }),
        () => ({ sub: 'alice' }),
      ]
      const op = await scene.start({
        findAccount: (_ctx, accountId) => ({
          accountId,
          claims: () => answers.shift()?.() ?? { sub: accountId },
        }),
      })
      const { code, verifier } = await op.authorize()

      const failed = await op.exchange(code, verifier)
      const foreign = await op.exchange(code, verifier)
      const { status } = await op.exchange(code, verifier)
      scene.begin()

      for (const answer of [failed, foreign]) expectRefusal(answer, 500, 'server_error')
      expect(status).to.equal(200)
    },
    { fails: [500] },
  )

  attack(
    'T24',
    'an account look-up that fails leaves the code good',
    async (scene) => {
      let down = false
      const op = await scene.start({
        findAccount: (_ctx, accountId) => {
          if (down) throw new Error('the directory is down')
          return { accountId, claims: () => ({ sub: accountId }) }
        },
      })
      const { code, verifier } = await op.authorize()
      down = true
      const failed = await op.exchange(code, verifier)
      down = false
      const { status } = await op.exchange(code, verifier)
      scene.begin()

      expectRefusal(failed, 500, 'server_error')
      expect(status).to.equal(200)
    },
    { fails: [500] },
  )

  attack('T25', 'extraTokenClaims cannot change what the token is', async (scene) => {
    const op = await scene.start({
      extraTokenClaims: () => ({
        iss: 'x',
        sub: 'x',
        aud: 'x',
        exp: 1,
        scope: 'admin',
        client_id: 'x',
        clientId: 'x',
        accountId: 'x',
        cnf: {},
      }),
    })
    const { body } = await op.login()
    scene.begin()

    const token = await op.provider.AccessToken.find(String(body['access_token']))

    expect(token).to.include({ clientId: 'web', accountId: 'alice', scope: 'openid' })
    expect(token?.aud).to.equal(undefined)
    expect((await op.userinfo(body['access_token'])).body).to.deep.equal({ sub: 'alice' })
  })
})
