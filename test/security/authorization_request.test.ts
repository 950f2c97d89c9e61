import { expect } from 'chai'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { attack, expectPage, expectRedirect } from '../support/invariants.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  type StartOptions,
  WEB_CLIENT,
} from '../support/start_provider.ts'

const HYBRID: ClientMetadata = {
  ...WEB_CLIENT,
  grant_types: ['authorization_code', 'refresh_token', 'implicit'],
  response_types: ['code', 'code id_token'],
}
const PROOF = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' }
const HOSTILE = `"'><script>alert(1)</script>\r\nSet-Cookie: a=b\u0085\u2028`

type Params = Record<string, string>

const send = (op: RunningProvider, params: Params) =>
  op.agent().get(op.authorizationUrl({ ...PROOF, state: 'st', ...params }))

/** Screens that log this account in and consent to everything. */
const loggingInAs =
  (who: () => string): NonNullable<StartOptions['interact']> =>
  async (provider, prompt, { clientId, scope }) => {
    if (prompt === 'login') return { login: { accountId: who() } }
    const grant = new provider.Grant({ accountId: who(), clientId })
    grant.addOIDCScope(scope.join(' '))
    return { consent: { grantId: await grant.save() } }
  }

/** Nothing is stored for a request that is refused, so no write is named by these. */
function refused(id: string, title: string, error: string, params: Params, configuration?: Configuration) {
  attack(id, title, async (scene) => {
    const op = await scene.start(configuration)

    expectRedirect(op, await send(op, params), error, 'st')
  })
}

/** An interaction begins: the request is fine. */
const BEGINS = ['insert Interaction', 'insert Session']

describe('authorization endpoint: other parameters (OpenID Connect Core 1.0 §3.1.2.1)', () => {
  refused('A35', 'a missing response_type goes back as invalid_request', 'invalid_request', {
    response_type: '',
  })
  refused('A37', '`code code` is not a response type (RFC 6749 §3.1.1)', 'unsupported_response_type', {
    response_type: 'code code',
  })
  refused('A37', 'an unknown response_type goes back', 'unsupported_response_type', {
    response_type: '__proto__',
  })

  attack('A38', 'the order of the words of response_type means nothing (RFC 6749 §3.1.1)', async (scene) => {
    const op = await scene.start({ clients: [HYBRID] })
    scene.begin(...BEGINS)

    const response = await send(op, { response_type: 'id_token code', nonce: 'n' })

    expect(response.headers.get('location')).to.match(/\/interaction\//)
  })

  attack('A40', 'response_mode=query with an ID Token is refused in the fragment', async (scene) => {
    const op = await scene.start({ clients: [HYBRID] })

    const response = await send(op, { response_type: 'code id_token', response_mode: 'query', nonce: 'n' })

    expectRedirect(op, response, 'invalid_request', 'st')
    expect(response.headers.get('location')).to.match(/^https:\/\/rp\.example\.com\/cb#/)
  })

  for (const mode of ['nothing', '__proto__', 'constructor', 'query.jwt', 'query fragment']) {
    refused(
      'A41',
      `the unknown response_mode ${mode} is refused by the default mode`,
      'unsupported_response_mode',
      {
        response_mode: mode,
      },
    )
  }

  attack('A41', 'a repeated response_mode is refused by the default mode', async (scene) => {
    const op = await scene.start()

    const response = await op
      .agent()
      .get(`${op.authorizationUrl({ ...PROOF, response_mode: 'fragment' })}&response_mode=fragment`)

    expectRedirect(op, response, 'invalid_request')
    expect(response.headers.get('location')).to.match(/^https:\/\/rp\.example\.com\/cb\?/)
  })

  refused(
    'A47',
    'an ID Token through the browser needs a nonce (OpenID Connect Core 1.0 §3.2.2.1)',
    'invalid_request',
    { response_type: 'code id_token' },
    { clients: [HYBRID] },
  )

  attack('A47', 'the code flow needs no nonce', async (scene) => {
    const op = await scene.start()
    scene.begin(...BEGINS)

    expect((await send(op, {})).headers.get('location')).to.match(/\/interaction\//)
  })

  for (const name of [
    'scope',
    'nonce',
    'prompt',
    'max_age',
    'code_challenge',
    'response_type',
    'login_hint',
  ]) {
    attack('A48', `a repeated ${name} is refused (RFC 6749 §3.1)`, async (scene) => {
      const op = await scene.start()
      const url = `${op.authorizationUrl({ ...PROOF, state: 'st', [name]: 'openid' })}&${name}=openid`

      expectRedirect(op, await op.agent().get(url), 'invalid_request', 'st')
    })
  }

  attack('A48', 'a repeated state is refused and not echoed', async (scene) => {
    const op = await scene.start()

    const response = await op.agent().get(`${op.authorizationUrl({ ...PROOF, state: 'st' })}&state=other`)

    expectRedirect(op, response, 'invalid_request')
  })

  for (const [what, scope] of [
    ['a quote', 'openid "x"'],
    ['a backslash', 'openid a\\b'],
    ['a line feed', 'openid\nprofile'],
    ['a letter outside ASCII', 'openid é'],
    ['two spaces', 'openid  profile'],
    ['a leading space', ' openid'],
  ] as const) {
    refused('A50', `${what} in the scope is refused (RFC 6749 §3.3)`, 'invalid_scope', { scope })
  }

  refused(
    'A51',
    'a scope that the client did not register is refused',
    'invalid_scope',
    { scope: 'openid email' },
    { claims: { email: ['email'] }, clients: [{ ...WEB_CLIENT, scope: 'openid' }] },
  )

  for (const [name, value] of [
    ['nonce', 'n'],
    ['max_age', '1'],
    ['id_token_hint', 'x'],
    ['acr_values', 'x'],
    ['claims_locales', 'x'],
  ] as const) {
    refused('A52', `${name} without the scope openid is refused`, 'invalid_request', {
      scope: 'offline_access',
      [name]: value,
    })
  }
  refused(
    'A52',
    'an ID Token without the scope openid is refused',
    'invalid_request',
    { response_type: 'code id_token', nonce: 'n', scope: 'offline_access' },
    { clients: [HYBRID] },
  )

  for (const prompt of ['none login', 'login none', 'foo', '__proto__', 'select_account']) {
    refused('A54', `prompt=${prompt} is refused`, 'invalid_request', { prompt })
  }

  attack('A55', 'prompt=none without a session leaves no record and no cookie', async (scene) => {
    const op = await scene.start()

    const response = await send(op, { prompt: 'none' })

    expectRedirect(op, response, 'login_required', 'st')
    expect(response.headers.getSetCookie()).to.deep.equal([])
  })

  attack('A55', 'prompt=none without consent leaves no record and no cookie', async (scene) => {
    const op = await scene.start({ claims: { email: ['email'] } })
    const { agent } = await op.authorize()
    scene.begin()

    const response = await agent.get(
      op.authorizationUrl({ ...PROOF, state: 'st', prompt: 'none', scope: 'openid email' }),
    )

    expectRedirect(op, response, 'consent_required', 'st')
    expect(response.headers.getSetCookie()).to.deep.equal([])
  })

  for (const [what, params] of [
    ['max_age=0', { max_age: '0' }],
    ['prompt=login', { prompt: 'login' }],
  ] as const) {
    attack('A57', `${what} has the end-user authenticate again`, async (scene) => {
      const op = await scene.start()
      const { agent } = await op.authorize()
      scene.begin('insert Interaction', 'put Session')

      const response = await agent.get(op.authorizationUrl({ ...PROOF, ...params }))

      expect(response.headers.get('location')).to.match(/\/interaction\//)
    })
  }

  attack('A57', 'cancelling the new authentication leaves the session as it was', async (scene) => {
    let cancels = false
    const asAlice = loggingInAs(() => 'alice')
    const op = await scene.start(
      {},
      {
        interact: (...args) =>
          cancels ? { error: 'access_denied', error_description: 'the end-user left' } : asAlice(...args),
      },
    )
    const { agent } = await op.authorize()
    const before = agent.cookies.get('_session')?.value
    cancels = true
    scene.begin('insert Interaction', 'put Session', 'put Interaction', 'destroy Interaction')

    const { response } = await op.authorize({ prompt: 'login', state: 'st' }, agent)

    expectRedirect(op, response, 'access_denied', 'st')
    expect(agent.cookies.get('_session')?.value).to.equal(before)
    const session = await op.provider.Session.find(String(before))
    expect(session?.accountId).to.equal('alice')
  })

  for (const maxAge of ['-1', '1.5', 'x', '1e3', ' 1', '9'.repeat(40), '0x10']) {
    refused('A57', `max_age=${maxAge.slice(0, 8)} is not a number of seconds`, 'invalid_request', {
      max_age: maxAge,
    })
  }

  attack(
    'A62',
    "another user's ID Token as id_token_hint with prompt=none is login_required",
    async (scene) => {
      let user = 'bob'
      const op = await scene.start({}, { interact: loggingInAs(() => user) })
      const { body } = await op.login()
      user = 'alice'
      const { agent } = await op.login()
      scene.begin()

      const response = await agent.get(
        op.authorizationUrl({
          ...PROOF,
          prompt: 'none',
          id_token_hint: String(body['id_token']),
          state: 'st',
        }),
      )

      expectRedirect(op, response, 'login_required', 'st')
    },
  )

  refused('A68', 'the parameter registration is not supported', 'registration_not_supported', {
    registration: '{}',
  })
  refused('A70', 'request while it is off is refused', 'request_not_supported', { request: 'a.b.c' })
  refused('A70', 'request_uri while it is off is refused', 'request_uri_not_supported', {
    request_uri: 'https://rp.example.com/r',
  })

  for (const name of ['request', 'request_uri', 'registration']) {
    attack('A70', `${name} with an unregistered redirect_uri gets a page`, async (scene) => {
      const op = await scene.start()
      const url = op.authorizationUrl({
        [name]: 'https://evil.example/x',
        redirect_uri: 'https://evil.example/',
      })

      await expectPage(op, url, 'invalid_redirect_uri')
    })
  }

  for (const [what, params] of [
    ['a wrong response_type', { response_type: 'x' }],
    ['a wrong response_mode', { response_mode: 'x' }],
    ['a wrong prompt', { prompt: 'none login' }],
    ['a wrong max_age', { max_age: 'x' }],
    ['a wrong scope', { scope: '"' }],
    ['a wrong code_challenge', { code_challenge: 'x' }],
    ['a wrong id_token_hint', { id_token_hint: 'x' }],
    ['prompt=none', { prompt: 'none' }],
  ] as const) {
    attack(
      'A71',
      `${what} with an unregistered redirect_uri gets a page (RFC 9700 §4.11.2)`,
      async (scene) => {
        const op = await scene.start()

        await expectPage(
          op,
          op.authorizationUrl({ ...PROOF, ...params, redirect_uri: 'https://evil.example/cb' }),
          'invalid_redirect_uri',
        )
      },
    )
  }

  attack('A74', 'success carries iss as well (RFC 9207 §2)', async (scene) => {
    const op = await scene.start()

    const { answer } = await op.authorize()
    scene.begin()

    expect(answer.get('iss')).to.equal(op.issuer)
    expect(answer.get('code')).to.be.a('string')
  })

  refused(
    'A75',
    'a missing code_challenge is refused where policy requires one (RFC 9700 §2.1.1)',
    'invalid_request',
    { code_challenge: '', code_challenge_method: '' },
    { pkce: { required: () => true } },
  )
  refused(
    'A75',
    'a public client has to use PKCE',
    'invalid_request',
    {
      client_id: 'public',
      code_challenge: '',
      code_challenge_method: '',
    },
    {
      clients: [{ client_id: 'public', redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none' }],
    },
  )
  refused('A77', 'a challenge without a method is not silently plain (RFC 7636 §4.3)', 'invalid_request', {
    code_challenge_method: '',
  })
  refused('A77', 'the method plain is refused', 'invalid_request', { code_challenge_method: 'plain' })
  for (const [what, challenge] of [
    ['42 characters', 'a'.repeat(42)],
    ['44 characters', 'a'.repeat(44)],
    ['129 characters', 'a'.repeat(129)],
    ['a padding', `${'a'.repeat(42)}=`],
    ['a plus', `${'a'.repeat(42)}+`],
    ['a line feed at its end', `${'a'.repeat(43)}\n`],
  ] as const) {
    refused('A78', `a code_challenge with ${what} is refused (RFC 7636 §4.2)`, 'invalid_request', {
      code_challenge: challenge,
    })
  }
  refused('A78', 'a method without a challenge is refused', 'invalid_request', { code_challenge: '' })

  for (const mode of ['query', 'fragment']) {
    attack('A80', `10 KB of hostile state come back unchanged by ${mode}`, async (scene) => {
      const op = await scene.start()
      const state = HOSTILE + 'x'.repeat(5_000)

      const response = await send(op, { prompt: 'none', state, response_mode: mode })

      expectRedirect(op, response, 'login_required', state)
      expect(response.headers.getSetCookie()).to.deep.equal([])
    })
  }

  attack('A80', 'hostile state is text on the error page', async (scene) => {
    const op = await scene.start()

    const response = await op
      .agent()
      .get(op.authorizationUrl({ state: HOSTILE, redirect_uri: 'https://evil.example' }), {
        accept: 'text/html',
      })

    expect(await response.text()).to.not.include('<script>alert')
  })

  attack('A81', 'the error page cannot be framed (RFC 9700 §4.16)', async (scene) => {
    const op = await scene.start()

    const response = await op.agent().get('/auth', { accept: 'text/html' })

    expect(response.headers.get('content-security-policy')).to.include("frame-ancestors 'none'")
    expect(response.headers.get('x-frame-options')).to.equal('DENY')
  })

  attack('A82', 'a POST is held to the same checks as a GET', async (scene) => {
    const op = await scene.start()
    const form = {
      client_id: 'web',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: 'https://evil.example',
    }

    const response = await op.agent().post('/auth', form)

    expect(response.status).to.equal(400)
    expect(response.headers.get('location')).to.equal(null)
  })

  attack('A82', 'the query of a POST is never read', async (scene) => {
    const op = await scene.start()

    const response = await op.agent().post(op.authorizationUrl(PROOF), { state: 'st' })

    expect(response.status).to.equal(400)
    expect(await response.json()).to.include({ error: 'invalid_request' })
  })

  attack('A82', 'a POST is refused where the host wants none', async (scene) => {
    const op = await scene.start({ enableHttpPostMethods: false })

    const response = await op.agent().post('/auth', { client_id: 'web', response_type: 'code' })

    expect(response.status).to.equal(405)
  })

  attack('A84', 'a client that is not stored any more gets a page', async (scene) => {
    const op = await scene.start()
    const url = op.authorizationUrl({ ...PROOF, client_id: 'gone' })

    await expectPage(op, url, 'invalid_client')
  })
})
