import { expect } from 'chai'
import {
  type ClientMetadata,
  type IssuerMetadata,
  Strategy,
  type StrategyDone,
  type StrategyOptions,
  type StrategyRequest,
  type TokenSet,
  type UserinfoResponse,
} from '../../../lib/relying_party/index.ts'
import { type FakeIssuer, now, startFakeIssuer } from '../../support/fake_issuer.ts'
import { stopServers } from '../../support/local_server.ts'
import { REDIRECT_URI } from '../../support/relying_party.ts'

/** How passport was told that an attempt ended. */
type Ending = readonly ['success' | 'fail' | 'redirect' | 'error', ...unknown[]]

/** What passport does with a strategy: an object of its own for each request, with its methods. */
function attempt(strategy: Strategy, req: StrategyRequest, options?: object): Promise<Ending> {
  return new Promise((resolve) => {
    const end =
      (kind: Ending[0]) =>
      (...given: unknown[]) =>
        resolve([kind, ...given])
    const own: Strategy = Object.assign(Object.create(strategy), {
      success: end('success'),
      fail: end('fail'),
      redirect: end('redirect'),
      error: end('error'),
    })
    own.authenticate(req, { ...options })
  })
}

describe('F395 what the passport Strategy asks, keeps and tells', () => {
  let op: FakeIssuer
  beforeEach(async () => {
    op = await startFakeIssuer()
  })
  afterEach(stopServers)

  const strategyOf = (
    options: Omit<Partial<StrategyOptions>, 'passReqToCallback'> = {},
    metadata: Partial<ClientMetadata> = {},
    more: Partial<IssuerMetadata> = {},
  ) =>
    new Strategy(
      { client: op.client({ redirect_uris: [REDIRECT_URI], ...metadata }, more), ...options },
      (tokenset, done) => done(null, tokenset),
    )

  /** A request for a login: what the issuer is asked, and what the session keeps. */
  async function begin(strategy: Strategy, options?: object) {
    const session: Record<string, Record<string, unknown>> = {}
    const [kind, url] = await attempt(strategy, { method: 'GET', url: '/login', session }, options)
    expect(kind).to.equal('redirect')
    return {
      asked: Object.fromEntries(new URL(String(url)).searchParams),
      session,
      kept: session['oidc:127.0.0.1'],
    }
  }

  /** The answer that belongs to it. */
  async function finish(strategy: Strategy, session: object, params: Record<string, string>) {
    return attempt(strategy, { method: 'GET', url: `/cb?${new URLSearchParams(params)}`, session })
  }

  it('a HEAD request starts a login as a GET request does (RFC 9110 §9.3.2)', async () => {
    const [kind] = await attempt(strategyOf(), { method: 'HEAD', url: '/login', session: {} })
    expect(kind).to.equal('redirect')
  })

  it('keeps what the answer is compared with, and no more (RFC 6749 §10.12)', async () => {
    const { asked, kept } = await begin(strategyOf())
    const { state, nonce } = asked

    expect(kept).to.deep.include({
      state,
      nonce,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      jarm: false,
    })
    expect(kept?.['code_verifier']).to.have.length(43)
    expect(kept).not.to.have.property('max_age')
  })

  it('sends the verifier itself where the method is plain (RFC 7636 §4.2)', async () => {
    const { asked, kept } = await begin(strategyOf({ usePKCE: 'plain' }))

    expect(asked).to.include({ code_challenge_method: 'plain', code_challenge: kept?.['code_verifier'] })
  })

  it('makes no challenge where the host wants none (RFC 7636 §4.3)', async () => {
    const { asked, kept } = await begin(strategyOf({ usePKCE: false }))

    expect(asked).not.to.include.any.keys('code_challenge', 'code_challenge_method')
    expect(kept?.['code_verifier']).to.equal(undefined)
  })

  it('makes a challenge where a code is to come, and only there (RFC 7636 §4.3)', async () => {
    const { asked, kept } = await begin(strategyOf({}, { response_types: ['id_token'] }))
    expect(asked).to.include({ response_type: 'id_token' }).and.not.to.include.keys('code_challenge')
    expect(kept?.['code_verifier']).to.equal(undefined)

    const hybrid = await begin(strategyOf({ params: { response_type: 'code id_token' } }))
    expect(hybrid.asked).to.include({ response_type: 'code id_token', code_challenge_method: 'S256' })
  })

  it('asks for a nonce where an ID Token is to come (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    expect((await begin(strategyOf({ params: { scope: 'email' } }))).asked).not.to.include.keys('nonce')
    expect((await begin(strategyOf({ params: { scope: 'email openid' } }))).asked).to.include.keys('nonce')
  })

  it('takes state and nonce of the host, and those of one request before those of all', async () => {
    const { asked, kept } = await begin(strategyOf({ params: { state: 's', nonce: 'n', prompt: 'none' } }), {
      state: 'own',
      prompt: 'login',
    })

    expect(asked).to.include({ state: 'own', nonce: 'n', prompt: 'login' })
    expect(kept).to.include({ state: 'own', nonce: 'n' })
  })

  it('a client without a response type wants a code, one without a place says none', async () => {
    const { asked } = await begin(strategyOf({}, { response_types: [], redirect_uris: undefined }))

    expect(asked).to.include({ response_type: 'code' }).and.not.to.include.keys('redirect_uri')
  })

  it('redirect_uri is the first of the client, and goes to the token endpoint as it was asked (RFC 6749 §4.1.3)', async () => {
    const strategy = strategyOf({}, { redirect_uris: [REDIRECT_URI, `${REDIRECT_URI}/2`] })
    const { asked, session } = await begin(strategy, { redirect_uri: `${REDIRECT_URI}/2` })
    op.tokens = {
      access_token: 'a',
      token_type: 'Bearer',
      id_token: await op.idToken({ nonce: asked['nonce'] }),
    }

    const [kind] = await finish(strategy, session, { code: 'c', state: asked['state'] ?? '' })

    expect(kind).to.equal('success')
    expect(op.posted[0]?.get('redirect_uri')).to.equal(`${REDIRECT_URI}/2`)
    expect(op.posted[0]?.get('code_verifier')).to.have.length(43)
    expect((await begin(strategy)).asked['redirect_uri']).to.equal(REDIRECT_URI)
  })

  it('a login is kept under a name of the host, which need not be that of the issuer', async () => {
    const { session } = await begin(strategyOf({ sessionKey: 'own' }))

    expect(Object.keys(session)).to.deep.equal(['own'])
  })

  for (const max_age of [60, '60']) {
    it(`max_age of ${JSON.stringify(max_age)} is asked for and compared (OpenID Connect Core 1.0 §3.1.2.1)`, async () => {
      const strategy = strategyOf()
      const login = async (auth_time: number) => {
        const { asked, session } = await begin(strategy, { max_age })
        expect(asked['max_age']).to.equal('60')
        const id_token = await op.idToken({ nonce: asked['nonce'], auth_time })
        op.tokens = { access_token: 'a', token_type: 'Bearer', id_token }
        return finish(strategy, session, { code: 'c', state: asked['state'] ?? '' })
      }

      expect((await login(now()))[0]).to.equal('success')
      const [kind, error] = await login(now() - 600)
      expect([kind, String(error)]).to.deep.equal(['fail', String(error)])
      expect(String(error)).to.match(/too much time has elapsed/)
    })
  }

  it('max_age of null is none, and no 0 (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const { asked, kept } = await begin(strategyOf(), { max_age: null })
    expect(asked).not.to.include.keys('max_age')
    expect(kept).not.to.include.keys('max_age')
  })

  it('an answer in a JWT is expected where it was asked for, and no other is taken (JARM §2.3)', async () => {
    const strategy = strategyOf({ params: { response_mode: 'query.jwt' } })
    const { asked, session, kept } = await begin(strategy)
    expect(kept?.['jarm']).to.equal(true)
    op.tokens = {
      access_token: 'a',
      token_type: 'Bearer',
      id_token: await op.idToken({ nonce: asked['nonce'] }),
    }
    const params = { code: 'c', state: asked['state'] ?? '' }
    const response = await op.idToken({ ...params, sub: undefined, iat: undefined })

    const [plain, error] = await finish(strategy, { ...session }, params)
    expect([plain, String(error)]).to.deep.equal(['fail', 'RPError: expected a JARM response'])
    expect((await finish(strategy, { ...session }, { response }))[0]).to.equal('success')
  })

  it('the response type that was asked for is the one that is taken (OpenID Connect Core 1.0 §3.2.2.5)', async () => {
    const strategy = strategyOf({ params: { response_type: 'id_token' } })
    const { asked, session } = await begin(strategy)

    const [kind, error] = await finish(strategy, session, { code: 'c', state: asked['state'] ?? '' })

    expect([kind, String(error)]).to.deep.equal(['fail', 'RPError: unexpected code in the response'])
  })

  it('a login is over once it has an answer, whatever that is (RFC 6749 §10.12)', async () => {
    const strategy = strategyOf()
    const { session, asked } = await begin(strategy)
    await finish(strategy, session, { error: 'access_denied', state: asked['state'] ?? '' })
    expect(session).to.deep.equal({})

    const [kind, error] = await finish(strategy, session, { code: 'c', state: asked['state'] ?? '' })
    expect(kind).to.equal('fail')
    expect(String(error)).to.equal(
      'RPError: did not find expected authorization request details in session, req.session["oidc:127.0.0.1"] is missing or malformed',
    )
  })

  for (const [code, ending] of [
    ['access_denied', 'fail'],
    ['login_required', 'fail'],
    ['interaction_required', 'fail'],
    ['temporarily_unavailable', 'fail'],
    ['server_error', 'error'],
    ['invalid_request', 'error'],
    ['invalid_scope', 'error'],
    ['unauthorized_client', 'error'],
    ['unsupported_response_type', 'error'],
  ] as const) {
    const whose = ending === 'fail' ? 'ends the login' : 'is for the host to mend'
    it(`${code} ${whose} (RFC 6749 §4.1.2.1)`, async () => {
      const strategy = strategyOf()
      const { session, asked } = await begin(strategy)

      const [kind, error] = await finish(strategy, session, { error: code, state: asked['state'] ?? '' })

      expect(kind).to.equal(ending)
      expect(error).to.include({ name: 'OPError', error: code })
    })
  }

  it('a token endpoint that answers nonsense is for the host to mend', async () => {
    const strategy = strategyOf()
    const { session, asked } = await begin(strategy)
    op.answers.set('/token', (_req, res) => res.writeHead(502).end('down'))

    const [kind, error] = await finish(strategy, session, { code: 'c', state: asked['state'] ?? '' })

    expect([kind, String(error)]).to.deep.equal(['error', 'OPError: expected 200 OK, got: 502 Bad Gateway'])
  })

  it('a session that nobody opened, or that is none, is for the host to mend', async () => {
    for (const session of [undefined, null, 'session']) {
      const [kind, error] = await attempt(strategyOf(), { method: 'GET', url: '/login', session })
      expect([kind, String(error)]).to.deep.equal([
        'error',
        'TypeError: authentication requires session support',
      ])
    }
  })

  it('loads UserInfo for a verify function that takes it, and for no other', async () => {
    let loaded = 0
    op.answers.set('/me', (_req, res) => {
      loaded += 1
      res.end('{"sub":"alice","name":"Alice"}')
    })
    const client = op.client({ redirect_uris: [REDIRECT_URI] })
    const logIn = async (strategy: Strategy) => {
      const { session, asked } = await begin(strategy)
      const id_token = await op.idToken({ nonce: asked['nonce'] })
      op.tokens = { access_token: 'a', token_type: 'Bearer', id_token }
      return finish(strategy, session, { code: 'c', state: asked['state'] ?? '' })
    }

    const taking = new Strategy(
      { client },
      (_tokenset: TokenSet, userinfo: UserinfoResponse, done: StrategyDone<unknown>) =>
        done(null, userinfo.name),
    )
    expect((await logIn(taking)).slice(0, 2)).to.deep.equal(['success', 'Alice'])
    const leaving = new Strategy({ client }, (tokenset, done) => done(null, tokenset.access_token))
    expect((await logIn(leaving)).slice(0, 2)).to.deep.equal(['success', 'a'])
    expect(loaded).to.equal(1)
  })

  for (const [what, said, expected] of [
    ['an error', [new Error('down')], ['error', 'Error: down']],
    ['an error that is text', ['down', { sub: 'alice' }], ['error', 'down']],
    ['nobody, and why', [null, false, { message: 'locked' }], ['fail', { message: 'locked' }]],
    ['nobody by null', [undefined, null], ['fail', undefined]],
    ['nobody by undefined', [null], ['fail', undefined]],
    ['somebody, and more', [null, 'alice', { scope: 'all' }], ['success', 'alice', { scope: 'all' }]],
  ] as const) {
    it(`a verify function says ${what}`, async () => {
      const client = op.client({ redirect_uris: [REDIRECT_URI] })
      const strategy = new Strategy({ client }, (_tokenset, done) => Reflect.apply(done, undefined, said))
      const { session, asked } = await begin(strategy)
      op.tokens = {
        access_token: 'a',
        token_type: 'Bearer',
        id_token: await op.idToken({ nonce: asked['nonce'] }),
      }

      const [kind, ...rest] = await finish(strategy, session, { code: 'c', state: asked['state'] ?? '' })

      const [first, ...others] = rest
      const told =
        kind === 'error' ? [String(first)] : [first, ...others.filter((more) => more !== undefined)]
      expect([kind, ...told]).to.deep.equal(expected)
    })
  }

  /** Every ending that passport was told, once this verify function is through. */
  async function endingsOf(verify: (done: StrategyDone<unknown>) => unknown, broken?: Ending[0]) {
    const client = op.client({ redirect_uris: [REDIRECT_URI] })
    let over = () => {}
    const strategy = new Strategy({ client }, (_tokenset, done) => {
      setImmediate(() => over())
      return verify(done)
    })
    const { session, asked } = await begin(strategy)
    op.tokens = {
      access_token: 'a',
      token_type: 'Bearer',
      id_token: await op.idToken({ nonce: asked['nonce'] }),
    }
    const endings: string[] = []
    const end = (kind: Ending[0]) => (given: unknown) => {
      endings.push(`${kind} ${given}`)
      if (kind === broken) throw new Error('passport failed')
    }
    const own: Strategy = Object.assign(Object.create(strategy), {
      success: end('success'),
      fail: end('fail'),
      error: end('error'),
    })
    const query = new URLSearchParams({ code: 'c', state: asked['state'] ?? '' })
    await new Promise<void>((resolve) => {
      over = resolve
      own.authenticate({ method: 'GET', url: `/cb?${query}`, session })
    })
    return endings
  }

  it('a verify function that rejects is an error, and no request that hangs', async () => {
    const endings = await endingsOf(() => Promise.reject(new Error('database down')))
    expect(endings).to.deep.equal(['error Error: database down'])
  })

  for (const [what, verify, expected] of [
    [
      'throws after it has called done',
      (done: StrategyDone<unknown>) => {
        done(null, 'alice')
        throw new Error('late')
      },
      ['success alice'],
    ],
    [
      'rejects after it has called done',
      async (done: StrategyDone<unknown>) => {
        done(null, false)
        await Promise.reject(new Error('late'))
      },
      ['fail undefined'],
    ],
    [
      'calls done again',
      (done: StrategyDone<unknown>) => {
        done(new Error('first'))
        done(null, 'alice')
      },
      ['error Error: first'],
    ],
  ] as const) {
    it(`a verify function that ${what} ends the request once`, async () => {
      expect(await endingsOf(verify)).to.deep.equal(expected)
    })
  }

  it('what passport itself throws while it is told is an error', async () => {
    const endings = await endingsOf((done) => done(null, 'alice'), 'success')
    expect(endings).to.deep.equal(['success alice', 'error Error: passport failed'])
  })

  describe('a login that a third party starts (OpenID Connect Core 1.0 §4)', () => {
    const query = (params: Record<string, string>) => `/login?${new URLSearchParams(params)}`
    const askedBy = ([kind, url]: Ending) => {
      expect(kind).to.equal('redirect')
      return Object.fromEntries(new URL(String(url)).searchParams)
    }

    it('is one, with the person that it names', async () => {
      const third = { iss: op.url, login_hint: 'bob', target_link_uri: 'https://rp.example.com/deep' }
      for (const req of [
        { method: 'GET', url: query(third) },
        { method: 'POST', url: '/login', body: third },
      ]) {
        const session = {}
        const asked = askedBy(await attempt(strategyOf(), { ...req, session }))
        expect(asked).to.include({ login_hint: 'bob', redirect_uri: REDIRECT_URI })
        expect(asked).not.to.include.any.keys('iss', 'target_link_uri')
        expect(session).to.have.nested.property('oidc:127\\.0\\.0\\.1.state', asked['state'])
      }
    })

    it('names a person by text, once, and never over the host', async () => {
      const url = `${query({ iss: op.url, login_hint: 'a' })}&login_hint=b`
      const twice = await attempt(strategyOf(), { method: 'GET', url, session: {} })
      expect(askedBy(twice)).not.to.include.keys('login_hint')
      const body = { iss: op.url, login_hint: { name: 'bob' } }
      const object = await attempt(strategyOf(), { method: 'POST', body, session: {} })
      expect(askedBy(object)).not.to.include.keys('login_hint')
      const own = strategyOf({ params: { login_hint: 'alice' } })
      const request = { method: 'GET', url: query({ iss: op.url, login_hint: 'bob' }), session: {} }
      expect(askedBy(await attempt(own, request))).to.include({ login_hint: 'alice' })
    })

    it('names nobody where it does not say the issuer', async () => {
      const url = query({ login_hint: 'bob' })
      const ending = await attempt(strategyOf(), { method: 'GET', url, session: {} })
      expect(askedBy(ending)).not.to.include.keys('login_hint')
    })

    it('at another issuer fails, and a login that is under way goes on', async () => {
      const strategy = strategyOf()
      const { session, asked } = await begin(strategy)
      const url = query({ iss: 'https://other.example.com' })

      const [kind, error] = await attempt(strategy, { method: 'GET', url, session })
      expect([kind, String(error)]).to.deep.equal([
        'fail',
        `RPError: a login is to be started at another issuer, expected ${op.url}, got: https://other.example.com`,
      ])
      op.tokens = { ...op.tokens, id_token: await op.idToken({ nonce: asked['nonce'] }) }
      const params = { code: 'c', state: asked['state'] ?? '', iss: op.url }
      expect((await finish(strategy, session, params))[0]).to.equal('success')
    })
  })
})
