import { expect } from 'chai'
import type { Configuration } from '../../../../types/configuration.ts'
import { EVERYTHING, request, verifyIdToken } from '../../../support/authorization_answer.ts'
import { ACCOUNT, type StartOptions, startProvider, stopProviders } from '../../../support/start_provider.ts'

const CONFIGURATION: Configuration = EVERYTHING

/** Screens whose end-user grants `granted` and refuses `rejected`. */
const deciding =
  (granted: string, rejected: string): NonNullable<StartOptions['interact']> =>
  async (provider, prompt, { clientId }) => {
    if (prompt === 'login') return { login: { accountId: ACCOUNT } }
    const grant = new provider.Grant({ accountId: ACCOUNT, clientId })
    grant.addOIDCScope(granted)
    grant.rejectOIDCScope(rejected)
    return { consent: { grantId: await grant.save() } }
  }

describe('what the end-user grants is what the client gets (OpenID Connect Core 1.0 §3.1.2.4)', () => {
  afterEach(stopProviders)

  it('U14 A112 claims of a rejected scope are nowhere, and the scope is reported without it', async () => {
    const op = await startProvider(CONFIGURATION, { interact: deciding('openid profile email', 'email') })
    const scope = 'openid profile email'

    const implicit = await request(op, { response_type: 'id_token', scope, nonce: 'n' })
    const hybrid = await request(op, { response_type: 'id_token token', scope, nonce: 'n' })
    const { members, verifier } = await request(op, { scope })
    const { body } = await op.exchange(members['code'] ?? '', verifier)

    expect(await verifyIdToken(op, implicit.members['id_token']))
      .to.include({ name: 'Alice' })
      .and.not.have.property('email')
    expect(hybrid.members['scope']).to.equal('openid profile')
    expect(body['scope']).to.equal('openid profile')
    expect((await op.userinfo(hybrid.members['access_token'])).body).to.deep.equal({
      sub: ACCOUNT,
      name: 'Alice',
    })
  })

  it('A112 the openid scope cannot be rejected', async () => {
    const op = await startProvider(CONFIGURATION, { interact: deciding('openid', 'openid') })

    const { members } = await request(op)

    expect(members).to.have.property('code')
  })

  it('A101 nothing granted is denied', async () => {
    const op = await startProvider(
      { ...CONFIGURATION, scopes: ['openid', 'offline_access', 'api'] },
      { interact: deciding('', 'api') },
    )

    const { members } = await request(op, { scope: 'api' })

    expect(members['error']).to.equal('access_denied')
  })

  it('A55 A099 prompt=none without consent says consent_required, and begins no interaction', async () => {
    const op = await startProvider(CONFIGURATION)
    const { agent } = await request(op)
    const before = [...agent.cookies.keys()]

    const { members } = await request(op, { scope: 'openid email', prompt: 'none' }, agent)

    expect(members['error']).to.equal('consent_required')
    expect([...agent.cookies.keys()]).to.deep.equal(before)
  })

  for (const [title, params] of [
    ['max_age=0', { max_age: '0' }],
    ['prompt=login', { prompt: 'login' }],
  ] satisfies [string, Record<string, string>][]) {
    it(`A074 ${title} makes the end-user log in again (§3.1.2.1)`, async () => {
      const prompts: string[] = []
      const op = await startProvider(CONFIGURATION, {
        interact: (provider, prompt, missing) => {
          prompts.push(prompt)
          return deciding('openid', '')(provider, prompt, missing)
        },
      })
      const { agent } = await request(op)
      prompts.length = 0

      const silent = await request(op, { max_age: '0', prompt: 'none' }, agent)
      const { members } = await request(op, params, agent)

      expect(silent.members['error']).to.equal('login_required')
      expect(prompts).to.deep.equal(['login'])
      expect(members).to.have.property('code')
    })
  }
})
