import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { attack, type Scene } from '../support/invariants.ts'
import { type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'

const CLAIMS = { claims: { email: ['email'], profile: ['name'] } }
const JSON_BODY = { 'content-type': 'application/json' }

const start = async (scene: Scene) => {
  const op = await scene.start(CLAIMS)
  const login = await op.login()
  scene.begin()
  return { op, token: String(login.body['access_token']), agent: login.agent }
}

const get = (op: RunningProvider, path: string, token?: string) =>
  op.agent().get(path, token === undefined ? {} : { authorization: `Bearer ${token}` })

describe('userinfo endpoint (OpenID Connect Core 1.0 §5.3, RFC 6750)', () => {
  attack('U1', 'no token gets a bare challenge (RFC 6750 §3.1)', async (scene) => {
    const { op } = await start(scene)

    const response = await get(op, '/me')

    expect(response.status).to.equal(401)
    expect(response.headers.get('www-authenticate')).to.match(/^Bearer realm="[^"]+"$/)
    expect(await response.text()).to.equal('')
  })

  for (const token of ['unknown', 'x'.repeat(8_000), '__proto__', '../x', 'a=b=c', 'a b']) {
    attack('U1', `the token ${token.slice(0, 12)} is refused with a challenge`, async (scene) => {
      const { op } = await start(scene)

      const response = await get(op, '/me', token)

      expect(response.status).to.be.oneOf([400, 401])
      expect(response.headers.get('www-authenticate')).to.match(/error="invalid_(token|request)"/)
    })
  }

  attack('U2', 'a token in the query is refused (RFC 9700 §4.3.2)', async (scene) => {
    const { op, token } = await start(scene)

    const response = await get(op, `/me?access_token=${token}`)

    expect(response.status).to.equal(400)
    expect(await response.json()).to.include({ error: 'invalid_request' })
  })

  attack('U2', 'a token sent twice is refused (RFC 6750 §2)', async (scene) => {
    const { op, token } = await start(scene)

    const response = await op
      .agent()
      .post('/me', { access_token: token }, { authorization: `Bearer ${token}` })

    expect(response.status).to.equal(400)
  })

  attack('U2', 'a token repeated in the form is refused', async (scene) => {
    const { op, token } = await start(scene)

    const response = await op.agent().post('/me', `access_token=${token}&access_token=${token}`)

    expect(response.status).to.equal(400)
  })

  attack('U2', 'header, POST with header and form are the three ways', async (scene) => {
    const { op, token } = await start(scene)
    const authorization = `Bearer ${token}`

    const answers = await Promise.all([
      get(op, '/me', token),
      op.agent().request('/me', { method: 'POST', headers: { authorization } }),
      op.agent().post('/me', { access_token: token }),
    ])

    for (const answer of answers) expect(answer.status).to.equal(200)
  })

  attack('U4', 'a token without openid is refused', async (scene) => {
    const op = await scene.start()
    const { body } = await op.login({ scope: 'offline_access', prompt: 'consent' })
    scene.begin()

    const response = await get(op, '/me', String(body['access_token']))

    expect(response.status).to.equal(403)
    expect(await response.json()).to.include({ error: 'insufficient_scope' })
  })

  attack('U5', 'a scope parameter cannot widen the token', async (scene) => {
    const { op, token } = await start(scene)

    const response = await get(op, '/me?scope=openid%20email', token)

    expect(response.status).to.equal(403)
  })

  for (const query of ['scope=%22', 'scope=a&scope=b', `scope=${'a'.repeat(4_001)}`]) {
    attack('U5', `a malformed scope parameter is refused: ${query.slice(0, 20)}`, async (scene) => {
      const { op, token } = await start(scene)

      expect((await get(op, `/me?${query}`, token)).status).to.equal(400)
    })
  }

  attack('U7', 'a token whose grant is gone is refused', async (scene) => {
    const { op, token } = await start(scene)
    const stored = await op.provider.AccessToken.find(token)
    const grant = await op.provider.Grant.find(String(stored?.grantId))
    await grant?.destroy()
    scene.begin()

    expect((await get(op, '/me', token)).status).to.equal(401)
  })

  attack('U7', "a token under another account's or client's grant is refused", async (scene) => {
    const op = await scene.start({ clients: [WEB_CLIENT, { ...WEB_CLIENT, client_id: 'other' }] })
    const grant = new op.provider.Grant({ accountId: 'bob', clientId: 'other' })
    grant.addOIDCScope('openid')
    const grantId = await grant.save()
    const make = (clientId: string, accountId: string) =>
      new op.provider.AccessToken({ clientId, accountId, grantId, scope: 'openid' }).save()
    const tokens = [await make('web', 'bob'), await make('other', 'alice')]
    const right = await make('other', 'bob')
    scene.begin()

    for (const token of tokens) expect((await get(op, '/me', token)).status).to.equal(401)
    expect((await get(op, '/me', right)).status).to.equal(200)
  })

  attack('U7', 'a token of a client that is gone is refused', async (scene) => {
    const adapter = memoryAdapter()
    const before = await scene.start({ adapter })
    const { body } = await before.login()
    const after = await scene.start({ adapter, clients: [{ ...WEB_CLIENT, client_id: 'other' }] })
    scene.begin()

    expect((await get(after, '/me', String(body['access_token']))).status).to.equal(401)
  })

  attack('U8', 'a token whose account is gone is refused', async (scene) => {
    let gone = false
    const op = await scene.start({
      findAccount: (_ctx, accountId) =>
        gone ? undefined : { accountId, claims: () => ({ sub: accountId }) },
    })
    const { body } = await op.login()
    gone = true
    scene.begin()

    expect((await get(op, '/me', String(body['access_token']))).status).to.equal(401)
  })

  attack('U10', 'a token bound to a session that ended is refused', async (scene) => {
    const { op, token, agent } = await start(scene)
    const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
    await session?.destroy()
    scene.begin()

    expect((await get(op, '/me', token)).status).to.equal(401)
  })

  attack('U11', 'a token bound to a key is refused as a bearer token', async (scene) => {
    const { op, token } = await start(scene)
    const { grantId } = (await op.provider.AccessToken.find(token)) ?? {}
    const bound = await new op.provider.AccessToken({
      clientId: 'web',
      accountId: 'alice',
      grantId,
      scope: 'openid',
      jkt: 'x'.repeat(43),
    }).save()
    scene.begin()

    expect((await get(op, '/me', bound)).status).to.equal(401)
  })

  attack('U14', 'claims that the end-user rejected never appear', async (scene) => {
    const op = await scene.start(CLAIMS, {
      interact: async (provider, prompt, missing) => {
        if (prompt === 'login') return { login: { accountId: 'alice' } }
        const grant = new provider.Grant({ accountId: 'alice', clientId: missing.clientId })
        grant.addOIDCScope(missing.scope.join(' '))
        grant.rejectOIDCClaims(['email'])
        return { consent: { grantId: await grant.save() } }
      },
    })
    const { body } = await op.login({ scope: 'openid email profile' })
    scene.begin()

    const { body: claims } = await op.userinfo(body['access_token'])

    expect(claims).to.deep.equal({ sub: 'alice', name: 'Alice' })
  })

  attack('U14', 'claims named like a prototype change nothing', async (scene) => {
    const hostile: Record<string, unknown> = JSON.parse('{"__proto__":{"admin":true},"constructor":"x"}')
    const op = await scene.start({
      findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ ...hostile, sub: accountId }) }),
    })
    const { body } = await op.login()
    scene.begin()

    expect((await op.userinfo(body['access_token'])).body).to.deep.equal({ sub: 'alice' })
  })

  attack('U15', 'a token in a JSON body is ignored', async (scene) => {
    const { op, token } = await start(scene)

    const response = await op.agent().post('/me', JSON.stringify({ access_token: token }), JSON_BODY)

    expect(response.status).to.equal(401)
  })
})
