import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { epochTime } from '../../lib/helpers/epoch_time.ts'
import Provider from '../../lib/index.ts'
import type { AdapterPayload } from '../../types/adapter.ts'
import { startClock, stopClock } from '../support/clock.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { ACCOUNT, startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const only = (entries: Map<string, AdapterPayload>, kind: string) =>
  [...entries].filter(([key]) => key.startsWith(`${kind}:`)).map(([, row]) => row)

describe('what the document of version 8 tells hosts to do, and to find', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  it('F309 F311 F312 F313 storage holds the documented members of grants, sessions and interactions', async () => {
    const entries = new Map<string, AdapterPayload>()
    const interactions: AdapterPayload[] = []
    const op = await startProvider({ adapter: mapAdapter(entries) })
    op.provider.on('interaction.started', () => interactions.push(...only(entries, 'Interaction')))
    op.provider.on('interaction.saved', () => interactions.push(...only(entries, 'Interaction')))
    await op.login({ scope: 'openid' })
    const [grant] = only(entries, 'Grant')
    const [session] = only(entries, 'Session')

    expect(grant).to.deep.include({
      kind: 'Grant',
      accountId: ACCOUNT,
      clientId: 'web',
      openid: { scope: 'openid', claims: [] },
    })
    expect(session).to.include({ kind: 'Session', accountId: ACCOUNT })
    expect(session).to.include.keys('uid', 'jti', 'loginTs', 'authorizations')
    expect(session?.authorizations?.['web']).to.include.keys('grantId')
    expect(interactions[0]).to.include.keys('returnTo', 'prompt', 'params', 'session', 'cid')
  })

  it('F281 a login result gives account, acr, amr and time of the login (OpenID Connect Core 1.0 §2)', async () => {
    const ts = epochTime() - 100
    const op = await startProvider(
      { acrValues: ['gold'] },
      {
        async interact(provider, prompt) {
          if (prompt === 'login')
            return { login: { accountId: 'bob', acr: 'gold', amr: ['pwd'], remember: false, ts } }
          const grant = new provider.Grant({ accountId: 'bob', clientId: 'web' })
          grant.addOIDCScope('openid')
          return { consent: { grantId: await grant.save() } }
        },
      },
    )
    const { body, agent } = await op.login({ scope: 'openid' })
    const claims = decodeJwt(String(body['id_token']))
    const session = await op.provider.Session.find(agent.cookies.get('_session')?.value ?? '')

    expect(claims).to.deep.include({ sub: 'bob', acr: 'gold', amr: ['pwd'], auth_time: ts })
    expect(session?.transient).to.equal(true)
    expect(agent.cookies.get('_session')?.attributes.has('expires')).to.equal(false)
  })

  it('F282 F283 a consent result names a saved grant, a result of a prompt of the host resolves it', async () => {
    const { Check, Prompt, base } = Provider.interactionPolicy
    const policy = base()
    policy.add(
      new Prompt(
        { name: 'terms', requestable: true },
        new Check('terms', 'terms were not accepted', ({ oidc }) =>
          oidc.result !== undefined && 'terms' in oidc.result
            ? Check.NO_NEED_TO_PROMPT
            : Check.REQUEST_PROMPT,
        ),
      ),
    )
    const prompts: string[] = []
    const op = await startProvider(
      { interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` } },
      {
        mountPath: '',
        async interact(provider, prompt) {
          prompts.push(prompt)
          if (prompt === 'login') return { login: { accountId: ACCOUNT } }
          if (prompt === 'terms') return { terms: { accepted: true } }
          const grant = new provider.Grant({ accountId: ACCOUNT, clientId: 'web' })
          grant.addOIDCScope('openid')
          return { consent: { grantId: await grant.save() } }
        },
      },
    )
    const { status } = await op.login({ scope: 'openid' })

    expect(status).to.equal(200)
    expect(prompts).to.deep.equal(['login', 'consent', 'terms'])
  })

  it('F318 F328 standard claims by scope: in the userinfo, and in ID Tokens where nobody asks for conformity', async () => {
    const claims = { email: ['email'], profile: ['name'] }
    for (const conformIdTokenClaims of [true, false]) {
      const op = await startProvider({ claims, conformIdTokenClaims })
      const { body } = await op.login({ scope: 'openid email profile' })
      const { body: told } = await op.userinfo(body['access_token'])
      const inToken = 'email' in decodeJwt(String(body['id_token']))

      expect(told).to.include({ email: `${ACCOUNT}@example.com`, name: 'Alice' })
      expect(inToken).to.equal(!conformIdTokenClaims)
    }
  })

  it('F213 F333 a password grant is what the host makes of it (RFC 6749 §4.3)', async () => {
    stopClock()
    const op = await startProvider({
      clients: [{ ...WEB_CLIENT, grant_types: ['authorization_code', 'password'] }],
    })
    op.provider.registerGrantType(
      'password',
      async (ctx) => {
        const { client, params, provider } = ctx.oidc
        const accountId = String(params?.['username'])
        const token = new provider.AccessToken({ accountId, ...(client === undefined ? {} : { client }) })
        ctx.oidc.entity('AccessToken', token)
        ctx.body = { access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer' }
      },
      ['username', 'password'],
    )
    const { status, body } = await op.token({ grant_type: 'password', username: 'bob', password: 'x' })
    const token = await op.provider.AccessToken.find(String(body['access_token']))

    expect([status, body['expires_in'], token?.accountId, token?.clientId]).to.deep.equal([
      200,
      3600,
      'bob',
      'web',
    ])
  })

  it('F335 A042 a client may have machine grants only, or none at all', async () => {
    const machine = { ...WEB_CLIENT, redirect_uris: [], response_types: [] }
    const op = await startProvider({
      clients: [
        { ...machine, grant_types: ['client_credentials'] },
        { ...machine, client_id: 'api', grant_types: [] },
      ],
      features: { clientCredentials: { enabled: true } },
    })
    const { status } = await op.token({ grant_type: 'client_credentials' })
    const { body } = await op.token({ grant_type: 'client_credentials', client_id: 'api' })

    expect([status, body['error']]).to.deep.equal([200, 'unauthorized_client'])
  })
})
