import { expect } from 'chai'
import sinon from 'sinon'
import { interactionPolicy } from '../../../../lib/index.ts'
import type { ClientMetadata } from '../../../../types/client.ts'
import type { Configuration } from '../../../../types/configuration.ts'
import { answerOf, ask, logsIn, startScreens } from '../../../support/screens.ts'
import { REDIRECT_URI, stopProviders, WEB_CLIENT } from '../../../support/start_provider.ts'

const { Check, Prompt, base } = interactionPolicy
const NATIVE: ClientMetadata = {
  client_id: 'native',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['com.example.app:/cb'],
}
const CLAIMS = { features: { claimsParameter: { enabled: true } }, claims: { email: ['email'] } }
const claims = (idToken: object) => JSON.stringify({ id_token: idToken })

/** A custom prompt that is wanted until the session says that it was resolved. */
const terms = (rest: { requestable: boolean; error?: string }) =>
  new Prompt(
    { name: 'terms', requestable: rest.requestable },
    () => ({ version: 3 }),
    new Check(
      'terms_not_accepted',
      'the terms have to be accepted',
      rest.error,
      ({ oidc }) => oidc.result === undefined || !('terms' in oidc.result),
      () => ({ since: '2026' }),
    ),
  )

const withTerms = (rest: { requestable: boolean; error?: string }): Configuration => {
  const policy = base()
  policy.add(terms(rest), 0)
  return { interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` } }
}

describe('the default policy (OpenID Connect Core 1.0 §3.1.2.1, §3.1.2.6)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  it('F173 F278 F279 A096 logs in first and asks for consent then', () => {
    const policy = base()

    expect(policy.map(({ name }) => name)).to.deep.equal(['login', 'consent'])
    expect(policy.get('login')?.checks.map(({ reason }) => reason)).to.deep.equal([
      'login_prompt',
      'no_session',
      'max_age',
      'id_token_hint',
      'claims_id_token_sub_value',
      'essential_acrs',
      'essential_acr',
    ])
    expect(policy.get('consent')?.checks.map(({ reason }) => reason)).to.deep.equal([
      'consent_prompt',
      'native_client_prompt',
      'op_scopes_missing',
      'op_claims_missing',
      'rs_scopes_missing',
    ])
  })

  it('F275 A096 every copy is a fresh one', () => {
    base().remove('consent')
    base().get('login')?.checks.clear()

    expect(base().get('consent')).to.not.equal(undefined)
    expect(base().get('login')?.checks).to.not.have.length(0)
  })

  /** Each check: how the request trips it, what the screen sees, and what prompt=none gets. */
  const TABLE: readonly [
    reason: string,
    error: string,
    params: Record<string, string>,
    configuration?: Configuration,
  ][] = [
    ['login_prompt', '', { prompt: 'login' }],
    ['consent_prompt', '', { prompt: 'consent' }],
    ['max_age', 'login_required', { max_age: '1' }],
    ['claims_id_token_sub_value', 'login_required', { claims: claims({ sub: { value: 'bob' } }) }, CLAIMS],
    [
      'essential_acrs',
      'login_required',
      { claims: claims({ acr: { essential: true, values: ['gold'] } }) },
      { ...CLAIMS, acrValues: ['gold'] },
    ],
    [
      'essential_acr',
      'login_required',
      { claims: claims({ acr: { essential: true, value: 'gold' } }) },
      { ...CLAIMS, acrValues: ['gold'] },
    ],
    ['op_scopes_missing', 'consent_required', { scope: 'openid email' }, { claims: { email: ['email'] } }],
    ['op_claims_missing', 'consent_required', { claims: claims({ email: null }) }, CLAIMS],
  ]

  for (const [reason, error, params, configuration = {}] of TABLE) {
    it(`F278 F279 A096 ${reason} takes a logged-in end-user to a screen that is told so`, async () => {
      const { op, seen } = await startScreens(configuration, logsIn())
      const { agent } = await op.authorize()
      const clock = sinon.useFakeTimers({ now: Date.now() + 5_000, toFake: ['Date'] })
      seen.length = 0

      await agent.get((await ask(op, agent, params)).headers.get('location') ?? '')
      clock.restore()

      expect(seen[0]?.prompt.reasons).to.include(reason)
    })

    if (error === '') continue
    it(`A099 ${reason} with prompt=none is ${error}`, async () => {
      const { op } = await startScreens(configuration, logsIn())
      const { agent } = await op.authorize()
      const clock = sinon.useFakeTimers({ now: Date.now() + 5_000, toFake: ['Date'] })

      const response = await ask(op, agent, { ...params, prompt: 'none', state: 'st' })
      clock.restore()

      expect(answerOf(response).get('error')).to.equal(error)
      expect(answerOf(response).get('error_description')).to.be.a('string')
      expect(answerOf(response).get('state')).to.equal('st')
    })
  }

  it('A099 no_session with prompt=none is login_required', async () => {
    const { op } = await startScreens({}, logsIn())

    expect(answerOf(await ask(op, op.agent(), { prompt: 'none' })).get('error')).to.equal('login_required')
  })

  it('A099 id_token_hint of another end-user with prompt=none is login_required, of the same one a code', async () => {
    let who = 'bob'
    const { op } = await startScreens({}, (interaction, provider) => logsIn(who)(interaction, provider))
    const bob = await op.login()
    who = 'alice'
    const alice = await op.login()
    const silent = (hint: unknown) =>
      ask(op, alice.agent, { prompt: 'none', id_token_hint: String(hint) }).then(answerOf)

    expect((await silent(bob.body['id_token'])).get('error')).to.equal('login_required')
    expect((await silent(alice.body['id_token'])).get('code')).to.be.a('string')
  })

  it('A100 a native client needs consent every time', async () => {
    const { op, seen } = await startScreens({ clients: [NATIVE] }, logsIn())
    const params = { client_id: 'native', redirect_uri: 'com.example.app:/cb' }
    const { agent } = await op.authorize(params)
    seen.length = 0

    await op.authorize(params, agent)
    const silent = await ask(op, agent, { ...params, prompt: 'none' })

    expect(seen.map(({ prompt }) => prompt.reasons)).to.deep.equal([['native_client_prompt']])
    expect(silent.headers.get('location')).to.include('error=interaction_required')
  })

  it('A100 a login is no consent: a native client still has to be agreed to', async () => {
    const { op, seen } = await startScreens({ clients: [NATIVE] }, logsIn())
    const params = { client_id: 'native', redirect_uri: 'com.example.app:/cb' }
    const { agent } = await op.authorize(params)
    seen.length = 0

    await op.authorize({ ...params, prompt: 'login' }, agent)

    expect(seen.map(({ prompt }) => prompt.name)).to.deep.equal(['login', 'consent'])
    expect(seen.at(-1)?.prompt.reasons).to.deep.equal(['native_client_prompt'])
  })

  for (const name of ['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss']) {
    it(`A096 nobody is asked about ${name}: it comes with being logged in (§2)`, async () => {
      const { op, seen } = await startScreens({ ...CLAIMS, acrValues: ['gold'] }, logsIn())
      const { agent } = await op.authorize()
      seen.length = 0

      const response = await ask(op, agent, { claims: claims({ [name]: null }) })

      expect(answerOf(response).get('code')).to.be.a('string')
      expect(seen).to.deep.equal([])
    })
  }

  it('A096 a max_age that is not over asks nobody', async () => {
    const { op, seen } = await startScreens({}, logsIn())
    const { agent } = await op.authorize()
    seen.length = 0

    const response = await ask(op, agent, { max_age: '1000' })

    expect(answerOf(response).get('code')).to.be.a('string')
    expect(seen).to.deep.equal([])
  })

  it("A903 A096 a client's default_max_age of 0 has everybody authenticate again", async () => {
    const { op, seen } = await startScreens({ clients: [{ ...WEB_CLIENT, default_max_age: 0 }] }, logsIn())
    const { agent } = await op.authorize()
    seen.length = 0

    await op.authorize({}, agent)

    expect(seen.map(({ prompt }) => prompt.name)).to.include('login')
  })

  it('A096 acr_values are a wish: another acr is no reason to prompt (§5.5.1.1)', async () => {
    const { op, seen } = await startScreens(
      { acrValues: ['gold', 'silver'] },
      logsIn('alice', { acr: 'silver' }),
    )
    const { agent } = await op.authorize()
    seen.length = 0

    const response = await ask(op, agent, { acr_values: 'gold' })

    expect(answerOf(response).get('code')).to.be.a('string')
    expect(seen).to.deep.equal([])
  })
})

describe('policies of hosts', () => {
  afterEach(stopProviders)

  it('A096 the first prompt with failing checks wins, with all its reasons and merged details', async () => {
    const { op, seen } = await startScreens(withTerms({ requestable: true }), (interaction, provider) =>
      interaction.prompt.name === 'terms' ? { terms: { version: 3 } } : logsIn()(interaction, provider),
    )

    const { code } = await op.authorize({ prompt: 'terms' })

    expect(seen.map(({ prompt }) => prompt.name)).to.deep.equal(['terms', 'login', 'consent'])
    expect(seen[0]?.prompt).to.deep.equal({
      name: 'terms',
      reasons: ['terms_prompt', 'terms_not_accepted'],
      details: { version: 3, since: '2026' },
    })
    expect(code).to.not.equal('')
  })

  it('A097 a custom prompt with prompt=none is interaction_required, or what its check says', async () => {
    for (const [configured, expected] of [
      [undefined, 'interaction_required'],
      ['access_denied', 'access_denied'],
      ['my_terms_required', 'my_terms_required'],
    ] as const) {
      const { op } = await startScreens(
        withTerms({ requestable: false, ...(configured === undefined ? {} : { error: configured }) }),
        logsIn(),
      )

      const answer = answerOf(await ask(op, op.agent(), { prompt: 'none' }))

      expect(answer.get('error')).to.equal(expected)
      expect(answer.get('error_description')).to.equal('the terms have to be accepted')
      await stopProviders()
    }
  })

  it('A097 select_account has an error code of its own', async () => {
    const policy = base()
    policy.add(
      new Prompt(
        { name: 'select_account', requestable: true },
        new Check('several', 'choose one', () => Check.REQUEST_PROMPT),
      ),
      0,
    )
    const { op } = await startScreens({ interactions: { policy } }, logsIn())

    const answer = answerOf(await ask(op, op.agent(), { prompt: 'none' }))

    expect(answer.get('error')).to.equal('account_selection_required')
  })

  it('A097 a prompt that is not requestable cannot be asked for', async () => {
    const { op } = await startScreens(withTerms({ requestable: false }), logsIn())

    expect(answerOf(await ask(op, op.agent(), { prompt: 'terms' })).get('error')).to.equal('invalid_request')
  })

  it('F276 A097 a prompt named none, or not named, cannot be made', () => {
    expect(() => new Prompt({ name: 'none' })).to.throw(TypeError, /reserved/)
    expect(() => new Prompt({ name: '' })).to.throw(TypeError, /name/)
  })

  it('F277 A098 a check takes reason, description, an optional error, the function, and optional details', () => {
    const check = () => true
    const details = () => ({ a: 1 })

    expect(new Check('r', 'd', check)).to.include({ reason: 'r', description: 'd', check, error: undefined })
    expect(new Check('r', 'd', 'e', check)).to.include({ error: 'e', check })
    expect(new Check('r', 'd', check, details)).to.include({ check, details })
    expect(new Check('r', 'd', 'e', check, details)).to.include({ error: 'e', check, details })
    expect(Check.REQUEST_PROMPT).to.equal(true)
    expect(Check.NO_NEED_TO_PROMPT).to.equal(false)
  })

  it('F275 F276 A098 lists of prompts and checks are changed by name', () => {
    const policy = base()
    const login = policy.get('login')
    policy.add(terms({ requestable: false }), 1)
    login?.checks.remove('max_age')
    login?.checks.add(new Check('own', 'own', () => false), 0)

    expect(policy.map(({ name }) => name)).to.deep.equal(['login', 'terms', 'consent'])
    expect(login?.checks.get('max_age')).to.equal(undefined)
    expect(login?.checks[0]?.reason).to.equal('own')
    policy.clear()
    expect(policy).to.have.length(0)
  })

  it('A098 the default policy can be built again from the public classes', async () => {
    const login = new Prompt(
      { name: 'login', requestable: true },
      ({ oidc }) => ({
        ...(oidc.params?.['login_hint'] === undefined ? {} : { login_hint: oidc.params['login_hint'] }),
      }),
      new Check('no_session', 'End-User authentication is required', ({ oidc }) =>
        oidc.session?.accountId === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
      new Check('max_age', 'End-User authentication could not be obtained', ({ oidc }) => {
        if (oidc.maxAge === undefined) return Check.NO_NEED_TO_PROMPT
        if (oidc.session?.accountId === undefined) return Check.REQUEST_PROMPT
        return oidc.session.past(oidc.maxAge) && oidc.result?.login === undefined
          ? Check.REQUEST_PROMPT
          : Check.NO_NEED_TO_PROMPT
      }),
      new Check('id_token_hint', 'id_token_hint and authenticated subject do not match', async ({ oidc }) => {
        const hint = oidc.entities.IdTokenHint
        if (hint === undefined) return Check.NO_NEED_TO_PROMPT
        return hint.payload['sub'] === (await oidc.subject()) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
      }),
    )
    const consents = new Prompt(
      { name: 'consent', requestable: true },
      new Check('op_scopes_missing', 'requested scopes not granted', ({ oidc }) => {
        const encountered = new Set(oidc.grant?.getOIDCScopeEncountered().split(' '))
        return [...oidc.requestParamOIDCScopes].some((scope) => !encountered.has(scope))
      }),
    )
    const { op, seen } = await startScreens({ interactions: { policy: [login, consents] } }, logsIn())

    const { code, agent } = await op.authorize({ login_hint: 'alice' })
    const silent = await ask(op, agent, { prompt: 'none' })

    expect(code).to.not.equal('')
    expect(seen.map(({ prompt }) => prompt.reasons)).to.deep.equal([['no_session'], ['op_scopes_missing']])
    expect(seen[0]?.prompt.details).to.deep.equal({ login_hint: 'alice' })
    expect(answerOf(silent).get('code')).to.be.a('string')
  })

  it('A101 a policy without prompts makes neither an end-user nor a grant', async () => {
    const { op } = await startScreens({ interactions: { policy: [] } }, logsIn())

    const response = await ask(op, op.agent(), { state: 'st' })

    expect(response.headers.get('location')?.startsWith(REDIRECT_URI)).to.equal(true)
    expect(answerOf(response).get('error')).to.equal('access_denied')
  })
})
