/** Functions as the document of version 8 shows them, pasted and typed. */
import { expect } from 'chai'
import type { Configuration } from '../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const OFFLINE = { scope: 'openid offline_access', prompt: 'consent' }

describe('functions as the document of version 8 shows them', () => {
  afterEach(stopProviders)

  it('issueRefreshToken: with offline_access alone', async () => {
    const issueRefreshToken: Configuration['issueRefreshToken'] = async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access')
    const op = await startProvider({ issueRefreshToken })

    expect((await op.login()).body).to.not.have.property('refresh_token')
    expect((await op.login(OFFLINE)).body).to.have.property('refresh_token')
  })

  it('issueRefreshToken: to public web clients too', async () => {
    const issueRefreshToken: Configuration['issueRefreshToken'] = async (_ctx, client, code) => {
      if (!client.grantTypeAllowed('refresh_token')) return false
      return (
        code.scopes.has('offline_access') ||
        (client.applicationType === 'web' && client.clientAuthMethod === 'none')
      )
    }
    const { client_secret: _, ...others } = WEB_CLIENT
    const browser = { ...others, token_endpoint_auth_method: 'none' as const }

    const confidential = await startProvider({ issueRefreshToken })
    const open = await startProvider({ issueRefreshToken, clients: [browser] })

    expect((await confidential.login()).body).to.not.have.property('refresh_token')
    expect((await open.login()).body).to.have.property('refresh_token')
  })

  it('rotateRefreshToken: those of public clients always, others near their end', async () => {
    function rotateRefreshToken(ctx: KoaContextWithOIDC) {
      const { RefreshToken: refreshToken, Client: client } = ctx.oidc.entities
      if (refreshToken === undefined || client === undefined) return false
      // cap the maximum amount of time a refresh token can be
      // rotated for up to 1 year, afterwards its TTL is final
      if (refreshToken.totalLifetime() >= 365.25 * 24 * 60 * 60) {
        return false
      }
      // rotate non sender-constrained public client refresh tokens
      if (client.clientAuthMethod === 'none' && !refreshToken.isSenderConstrained()) {
        return true
      }
      // rotate if the token is nearing expiration (it's beyond 70% of its lifetime)
      return refreshToken.ttlPercentagePassed() >= 70
    }
    const { client_secret: _, ...others } = WEB_CLIENT
    const clients = [{ ...others, token_endpoint_auth_method: 'none' as const }]
    const rotated: boolean[] = []
    for (const configuration of [{ rotateRefreshToken }, { rotateRefreshToken, clients }]) {
      const op = await startProvider(configuration)
      const { body } = await op.login(OFFLINE)
      const refreshed = await op.refresh(body['refresh_token'])
      rotated.push(refreshed.body['refresh_token'] !== body['refresh_token'])
    }

    expect(rotated).to.deep.equal([false, true])
  })

  it('loadExistingGrant: that of the result, or of the session', async () => {
    async function loadExistingGrant(ctx: KoaContextWithOIDC) {
      const grantId =
        ctx.oidc.result?.consent?.grantId || ctx.oidc.session?.grantIdFor(ctx.oidc.client?.clientId ?? '')
      if (grantId) {
        return ctx.oidc.provider.Grant.find(grantId)
      }
      return undefined
    }
    const op = await startProvider({ loadExistingGrant })
    const { agent, answer } = await op.authorize()
    const again = await op.authorize({ prompt: 'none' }, agent)

    expect([answer.get('code'), again.answer.get('code')]).to.not.include(null)
  })

  it('F271 registerGrantType: an exchange of tokens, with its parameters and those that may be repeated', async () => {
    const parameters = [
      'audience',
      'resource',
      'scope',
      'requested_token_type',
      'subject_token',
      'subject_token_type',
      'actor_token',
      'actor_token_type',
    ]
    const allowedDuplicateParameters = ['audience', 'resource']
    const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange'
    const op = await startProvider({
      clients: [{ ...WEB_CLIENT, grant_types: [grantType], response_types: [], redirect_uris: [] }],
    })
    op.provider.registerGrantType(
      grantType,
      async (ctx, next) => {
        const { audience, subject_token } = ctx.oidc.params ?? {}
        ctx.body = { audience, subject_token, client: ctx.oidc.client?.clientId }
        await next()
      },
      parameters,
      allowedDuplicateParameters,
    )
    const form = new URLSearchParams({
      client_id: 'web',
      client_secret: WEB_CLIENT.client_secret ?? '',
      grant_type: grantType,
      subject_token: 'x',
    })
    form.append('audience', 'a')
    form.append('audience', 'b')
    const good = await op.post('token', form.toString())
    form.append('subject_token', 'y')
    const bad = await op.post('token', form.toString())

    expect(good.body).to.deep.equal({ audience: ['a', 'b'], subject_token: 'x', client: 'web' })
    expect(bad.body['error']).to.equal('invalid_request')
  })
})
