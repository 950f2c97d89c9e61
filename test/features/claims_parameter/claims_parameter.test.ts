import { expect } from 'chai'
import { errors } from '../../../lib/index.ts'
import type { ClaimsParameter } from '../../../types/account.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { EVERYTHING, HYBRID_CLIENT, request, verifyIdToken } from '../../support/authorization_answer.ts'
import {
  ACCOUNT,
  type RunningProvider,
  type StartOptions,
  startProvider,
  stopProviders,
} from '../../support/start_provider.ts'

const CONFIGURATION: Configuration = {
  ...EVERYTHING,
  acrValues: ['bronze', 'gold'],
  features: { claimsParameter: { enabled: true } },
}

const start = (configuration: Configuration = {}, options: StartOptions = {}) =>
  startProvider({ ...CONFIGURATION, ...configuration }, options)

/** Logs in and exchanges the code. @returns ID Token claims and UserInfo of a request with this `claims` parameter */
async function tell(op: RunningProvider, claims: unknown, params: Record<string, string> = {}) {
  const sent = typeof claims === 'string' ? claims : JSON.stringify(claims)
  const { members, verifier } = await request(op, { claims: sent, ...params })
  expect(members).to.have.property('code')
  const { body } = await op.exchange(members['code'] ?? '', verifier)
  const userinfo = (await op.userinfo(body['access_token'])).body
  return { idToken: await verifyIdToken(op, body['id_token']), userinfo, body }
}

/** Screens whose end-user reaches one authentication context and refuses some claims. */
const screens =
  (acr: string | undefined, rejected: readonly string[] = []): NonNullable<StartOptions['interact']> =>
  async (provider, prompt, { clientId, scope, claims }) => {
    if (prompt === 'login') return { login: { accountId: ACCOUNT, ...(acr === undefined ? {} : { acr }) } }
    const grant = new provider.Grant({ accountId: ACCOUNT, clientId })
    grant.addOIDCScope(scope.join(' '))
    grant.addOIDCClaims(claims.filter((claim) => !rejected.includes(claim)))
    grant.rejectOIDCClaims(rejected)
    return { consent: { grantId: await grant.save() } }
  }

describe('F085 the claims parameter (OpenID Connect Core 1.0 §5.5)', () => {
  afterEach(stopProviders)

  for (const claims of [
    '[]',
    'null',
    '"x"',
    '1',
    '{',
    '{}',
    '{"other":{}}',
    '{"userinfo":[]}',
    '{"id_token":null}',
    '{"id_token":{"acr":"gold"}}',
    '{"id_token":{"sub":true}}',
    '{"id_token":{"auth_time":1}}',
    '{"userinfo":{"sub":[]}}',
    '{"userinfo":{"email":{"essential":"yes"}}}',
    '{"id_token":{"acr":{"values":"gold"}}}',
  ]) {
    it(`A58 A081 ${claims.slice(0, 50)} goes back as invalid_request`, async () => {
      const op = await start()

      const { members, to } = await request(op, { claims, state: 's' })

      expect(to).to.equal('https://rp.example.com/cb')
      expect(members).to.include({ error: 'invalid_request', state: 's' })
    })
  }

  it('A58 members that are no objects ask for nothing (§5.5.1)', async () => {
    const op = await start()

    const { idToken, userinfo } = await tell(op, {
      id_token: { email: true, name: null },
      userinfo: { email: 'essential', name: [] },
    })

    expect(idToken).to.include({ name: 'Alice' }).and.not.have.property('email')
    expect(userinfo).to.deep.equal({ sub: ACCOUNT })
  })

  it('A58 one that is nested as deeply as a body allows does no harm', async () => {
    const op = await start()
    const { searchParams } = new URL(op.authorizationUrl({ response_type: 'id_token', nonce: 'n' }))
    const nested = `${'['.repeat(8000)}${']'.repeat(8000)}`

    const response = await op.agent().post(op.provider.urlFor('authorization'), {
      ...Object.fromEntries(searchParams),
      claims: `{"id_token":{"email":{"value":${nested}}}}`,
    })

    expect(response.status).to.equal(303)
    expect(op.serverErrors).to.deep.equal([])
  })

  for (const [title, params, features] of [
    ['response_type none', { response_type: 'none' }, {}],
    ['userinfo claims where no access token is issued', { response_type: 'id_token', nonce: 'n' }, {}],
    ['userinfo claims without a userinfo endpoint', {}, { userinfo: { enabled: false } }],
  ] as const) {
    it(`A081 is refused with ${title}`, async () => {
      const op = await start({ features: { claimsParameter: { enabled: true }, ...features } })

      const { members } = await request(op, { claims: '{"userinfo":{"email":null}}', ...params })

      expect(members).to.include({ error: 'invalid_request' })
      expect(members['error_description']).to.match(/^claims/)
    })
  }

  it('A081 is ignored, whatever it holds, while the feature is off', async () => {
    const op = await startProvider(EVERYTHING)

    const { members } = await request(op, { claims: '[' })
    const discovery = await op.agent().get(`${op.issuer}/.well-known/openid-configuration`)

    expect(members).to.have.property('code')
    expect(JSON.parse(await discovery.text()).claims_parameter_supported).to.equal(false)
  })

  it('A58 the host has the last word: assertClaimsParameter', async () => {
    const asked: unknown[] = []
    const assertClaimsParameter = async (
      _ctx: unknown,
      claims: ClaimsParameter,
      client: { clientId: string },
    ) => {
      asked.push([claims, client.clientId])
      throw new errors.InvalidRequest('not these')
    }
    const op = await start({ features: { claimsParameter: { enabled: true, assertClaimsParameter } } })

    const { members } = await request(op, { claims: '{"id_token":{"email":null}}' })

    expect(members).to.include({ error: 'invalid_request', error_description: 'not these' })
    expect(asked).to.deep.equal([[{ id_token: { email: null } }, 'web']])
  })

  it('is announced by discovery', async () => {
    const op = await start()

    const discovery = await op.agent().get(`${op.issuer}/.well-known/openid-configuration`)

    expect(JSON.parse(await discovery.text()).claims_parameter_supported).to.equal(true)
  })

  it('A136 brings single claims to the place they were asked for, and no others', async () => {
    const op = await start()

    const { idToken, userinfo } = await tell(op, {
      id_token: { email: null },
      userinfo: { name: { essential: true } },
    })

    expect(idToken).to.include({ email: 'alice@example.com' }).and.not.have.property('name')
    expect(userinfo).to.deep.equal({ sub: ACCOUNT, name: 'Alice' })
  })

  it('A136 brings them after each refresh, too (RFC 6749 §6)', async () => {
    const op = await start()
    const claims = JSON.stringify({ id_token: { email: null }, userinfo: { name: null } })
    const { members, verifier } = await request(op, {
      scope: 'openid offline_access',
      prompt: 'consent',
      claims,
    })
    let { body } = await op.exchange(members['code'] ?? '', verifier)

    for (let times = 0; times < 2; times += 1) {
      body = (await op.refresh(body['refresh_token'])).body
      const userinfo = await op.userinfo(body['access_token'])

      expect(await verifyIdToken(op, body['id_token'])).to.include({ email: 'alice@example.com' })
      expect(userinfo.body).to.deep.equal({ sub: ACCOUNT, name: 'Alice' })
    }
  })

  it('opens them to an access token from the authorization endpoint, too (§5.5)', async () => {
    const op = await start()

    const { members } = await request(op, {
      response_type: 'id_token token',
      nonce: 'n',
      claims: '{"userinfo":{"email":null}}',
    })

    expect((await op.userinfo(members['access_token'])).body).to.deep.equal({
      sub: ACCOUNT,
      email: 'alice@example.com',
    })
  })

  it('tells sid in the ID Token, as it stands in the session', async () => {
    const op = await start()
    const announced = op.next('authorization.success')

    const { idToken } = await tell(op, { id_token: { sid: null } })
    const [ctx] = await announced

    expect(idToken['sid']).to.be.a('string').and.equal(Object(ctx).oidc.session.sidFor('web'))
  })

  it('brings them with an ID Token from the authorization endpoint, too (§3.3.2.11)', async () => {
    const op = await start()

    const { members } = await request(op, {
      response_type: 'code id_token',
      nonce: 'n',
      claims: '{"id_token":{"email":null}}',
    })

    expect(await verifyIdToken(op, members['id_token'])).to.include({ email: 'alice@example.com' })
  })

  it('ignores claims that the provider does not supply, also towards the end-user (§5.5.1)', async () => {
    const asked: string[][] = []
    const op = await start(
      { findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, secret: 's' }) }) },
      {
        interact: (provider, prompt, missing) => {
          asked.push(missing.claims)
          return screens(undefined)(provider, prompt, missing)
        },
      },
    )

    const { idToken, userinfo } = await tell(op, { id_token: { secret: null }, userinfo: { secret: null } })

    expect(idToken).to.not.have.property('secret')
    expect(userinfo).to.deep.equal({ sub: ACCOUNT })
    expect(asked.flat()).to.deep.equal([])
  })

  it('U14 A112 claims that the end-user rejected appear nowhere, however they were asked for', async () => {
    const op = await start({}, { interact: screens(undefined, ['email']) })

    const { idToken, userinfo } = await tell(
      op,
      { id_token: { email: { essential: true } }, userinfo: { email: null, name: null } },
      { scope: 'openid email' },
    )

    expect(idToken).to.not.have.property('email')
    expect(userinfo).to.deep.equal({ sub: ACCOUNT, name: 'Alice' })
  })

  it('U14 a claim named __proto__ is ignored', async () => {
    const op = await start()
    const forged =
      '{"__proto__":{"id_token":{}},"id_token":{"__proto__":{"email":null},"name":null},"userinfo":{"__proto__":null}}'

    const { idToken, userinfo } = await tell(op, forged)

    expect(idToken).to.include({ name: 'Alice' }).and.not.have.property('email')
    expect(userinfo).to.deep.equal({ sub: ACCOUNT })
    expect({}).to.not.have.property('email')
  })

  it('F320 aggregated and distributed claims pass like the claims they stand for (§5.6.2)', async () => {
    const claims = () => ({
      sub: ACCOUNT,
      _claim_names: { email: 'a', name: 'b', phone_number: 'b' },
      _claim_sources: { a: { JWT: 'jwt' }, b: { endpoint: 'https://claims.example.com' } },
    })
    const op = await start({ findAccount: (_ctx, sub) => ({ accountId: sub, claims }) })

    const { userinfo } = await tell(op, { userinfo: { email: null } })

    expect(userinfo).to.deep.equal({
      sub: ACCOUNT,
      _claim_names: { email: 'a' },
      _claim_sources: { a: { JWT: 'jwt' } },
    })
  })

  it('hands the account what was asked for, and what was rejected', async () => {
    const told: unknown[] = []
    const op = await start(
      {
        findAccount: (_ctx, sub) => ({
          accountId: sub,
          claims: (...args) => {
            told.push(args)
            return { sub }
          },
        }),
      },
      { interact: screens(undefined, ['name']) },
    )

    await tell(op, { userinfo: { email: null, name: null } })

    expect(told[1]).to.deep.equal(['userinfo', 'openid', { email: null, name: null }, ['name']])
  })

  describe('authentication context (§5.5.1.1)', () => {
    it('A60 an essential acr that is not reached goes back to the login, never silently lower', async () => {
      const prompts: string[][] = []
      const op = await start({
        interactions: {
          url: (_ctx, { prompt }) => {
            prompts.push(prompt.reasons)
            return '/stop'
          },
        },
      })
      const agent = op.agent()
      const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ['gold'] } } })

      const silent = await request(op, { claims, prompt: 'none' }, agent)
      await request(op, { claims }, agent)

      expect(silent.members['error']).to.equal('login_required')
      expect(prompts).to.deep.equal([['no_session', 'essential_acrs']])
    })

    it('A60 a session with a lower acr is not good enough for an essential one', async () => {
      const op = await start({}, { interact: screens('bronze') })
      const { agent } = await request(op)
      const ask = (acr: object) =>
        request(op, { prompt: 'none', claims: JSON.stringify({ id_token: { acr } }) }, agent)

      const refused = [
        await ask({ essential: true, values: ['gold'] }),
        await ask({ essential: true, value: 'gold' }),
      ]
      const accepted = [
        await ask({ essential: true, value: 'bronze' }),
        await ask({ values: ['gold'] }),
        await ask({ value: 'gold' }),
      ]

      expect(refused.map(({ members }) => members['error'])).to.deep.equal([
        'login_required',
        'login_required',
      ])
      for (const { members } of accepted) expect(members).to.have.property('code')
    })

    it('A60 an essential acr that is reached is told', async () => {
      const op = await start({}, { interact: screens('gold') })

      const { idToken } = await tell(op, { id_token: { acr: { essential: true, values: ['gold'] } } })

      expect(idToken['acr']).to.equal('gold')
    })

    for (const [title, params, metadata] of [
      ['acr_values', { acr_values: 'gold silver' }, {}],
      ['default_acr_values', {}, { default_acr_values: ['gold'] }],
    ] satisfies [string, Record<string, string>, Partial<ClientMetadata>][]) {
      it(`A074 ${title} asks for acr, without insisting`, async () => {
        const seen: unknown[] = []
        const op = await start(
          { clients: [{ ...HYBRID_CLIENT, ...metadata }] },
          { interact: screens('bronze') },
        )
        op.provider.on('authorization.accepted', (ctx) => seen.push(ctx.oidc.claims.id_token?.['acr']))

        const { members, verifier } = await request(op, params)
        const { body } = await op.exchange(members['code'] ?? '', verifier)

        expect(seen[0]).to.have.property('values').that.includes('gold')
        expect((await verifyIdToken(op, body['id_token']))['acr']).to.equal('bronze')
      })
    }

    for (const [title, params, metadata] of [
      ['max_age', { max_age: '10' }, {}],
      ['default_max_age, also 0', {}, { default_max_age: 0 }],
      ['require_auth_time', {}, { require_auth_time: true }],
      ['prompt=login', { prompt: 'login' }, {}],
    ] as const) {
      it(`A075 ${title} makes auth_time essential`, async () => {
        const op = await start({ clients: [{ ...HYBRID_CLIENT, ...metadata }] })

        const { members, verifier } = await request(op, params)
        const { body } = await op.exchange(members['code'] ?? '', verifier)

        const code = await op.provider.AuthorizationCode.find(members['code'] ?? '', {
          ignoreExpiration: true,
        })
        expect(code?.claims?.id_token?.['auth_time']).to.deep.equal({ essential: true })
        expect((await verifyIdToken(op, body['id_token']))['auth_time']).to.be.a('number')
      })
    }
  })
})
