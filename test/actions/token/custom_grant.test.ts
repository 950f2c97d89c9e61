import { expect } from 'chai'
import { epochTime } from '../../../lib/helpers/epoch_time.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import { startClock, stopClock } from '../../support/clock.ts'
import { ACCOUNT, startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const CUSTOM = 'urn:example:custom'
const CLIENT: ClientMetadata = { ...WEB_CLIENT, grant_types: ['authorization_code', CUSTOM] }

/** A grant of a host, as it was written for version 8. */
async function customGrant(ctx: KoaContextWithOIDC) {
  const { provider, client, params } = ctx.oidc
  const grant = new provider.Grant({ accountId: ACCOUNT, clientId: client?.clientId })
  grant.addOIDCScope('openid')
  const at = new provider.AccessToken({
    accountId: ACCOUNT,
    client,
    grantId: await grant.save(),
    gty: CUSTOM,
    scope: 'openid',
  })
  ctx.oidc.entity('AccessToken', at)
  ctx.body = {
    access_token: await at.save(),
    expires_in: at.expiration,
    token_type: at.tokenType,
    scope: at.scope,
    told: params?.['told'],
  }
}

async function start(configuration: Configuration = {}, handler = customGrant) {
  const op = await startProvider({ clients: [CLIENT], ...configuration })
  op.provider.registerGrantType(CUSTOM, handler, ['told'])
  return { op, ask: (params: Record<string, string> = {}) => op.token({ grant_type: CUSTOM, ...params }) }
}

describe('a custom grant written by the document (F271, RFC 6749 §4.5)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  it('answers the lifetime of its token as expires_in (RFC 6749 §5.1)', async () => {
    stopClock()
    const { op, ask } = await start()
    const { status, body } = await ask()
    const stored = await op.provider.AccessToken.find(String(body['access_token']))

    expect(status).to.equal(200)
    expect(body['expires_in']).to.equal(3600)
    expect(stored?.exp).to.be.within(epochTime() + 3598, epochTime() + 3600)
    expect((await op.userinfo(body['access_token'])).status).to.equal(200)
  })

  it('F307 finds what it registered and what every token request has in params, and nothing else', async () => {
    const { op, ask } = await start({}, async (ctx) => {
      ctx.body = { ...ctx.oidc.params }
    })
    const { body } = await ask({ told: 'x', scope: 'openid', other: 'y' })

    expect(Object.entries(body).filter(([, value]) => value !== undefined)).to.have.deep.members([
      ['client_id', 'web'],
      ['client_secret', op.client.client_secret],
      ['grant_type', CUSTOM],
      ['told', 'x'],
    ])
  })

  it('calls extraTokenClaims with the request, and the token knows its client', async () => {
    const { op, ask } = await start({
      extraTokenClaims: (ctx, token) => ({
        told: ctx.oidc.params?.['told'],
        name: token.client?.clientId,
      }),
    })
    const { body } = await ask({ told: 'something' })

    const stored = await op.provider.AccessToken.find(String(body['access_token']))
    expect(stored?.extra).to.deep.equal({ told: 'something', name: 'web' })
  })

  it('honours a ttl function that reads the request', async () => {
    stopClock()
    const { op, ask } = await start({
      ttl: {
        AccessToken: (ctx, token, client) =>
          ctx?.oidc.params?.['told'] === 'long' && token.client === client ? 7000 : 7,
      },
    })
    const long = await ask({ told: 'long' })
    const short = await ask({ told: 'short' })

    expect(long.body['expires_in']).to.equal(7000)
    expect(short.body['expires_in']).to.equal(7)
    expect(
      (await op.provider.AccessToken.find(String(short.body['access_token'])))?.remainingTTL,
    ).to.be.at.most(7)
  })

  it('expires_in that is read before the token is saved holds after it', async () => {
    stopClock()
    let asked = 0
    const { op, ask } = await start({ ttl: { AccessToken: () => 100 + asked++ } }, async (ctx) => {
      const at = new ctx.oidc.provider.AccessToken({ client: ctx.oidc.client, accountId: ACCOUNT })
      ctx.oidc.entity('AccessToken', at)
      ctx.body = { expires_in: at.expiration, access_token: await at.save() }
    })
    const { body } = await ask()

    const stored = await op.provider.AccessToken.find(String(body['access_token']))
    expect(body['expires_in']).to.equal(100)
    expect(stored?.exp).to.be.at.most(epochTime() + 100)
  })

  it('a token that was made with its clientId knows the client of the request, and no other', async () => {
    const known: unknown[] = []
    const { ask } = await start({}, (ctx) => {
      for (const clientId of ['web', 'other']) {
        const at = new ctx.oidc.provider.AccessToken({ clientId, accountId: ACCOUNT })
        ctx.oidc.entity('AccessToken', at)
        known.push(at.client?.clientId)
      }
      ctx.body = {}
      return Promise.resolve()
    })
    await ask()

    expect(known).to.deep.equal(['web', undefined])
  })

  it('what was remembered under a name of its own is found by it', async () => {
    const { ask } = await start({}, (ctx) => {
      ctx.oidc.entity('SubjectToken', { mine: true })
      ctx.body = { found: ctx.oidc.entities['SubjectToken'] }
      return Promise.resolve()
    })

    expect((await ask()).body).to.deep.equal({ found: { mine: true } })
  })
})

describe('what a token knows of its client (F287, F301)', () => {
  afterEach(stopProviders)

  it('expiresWithSession, issueRefreshToken and rotateRefreshToken are given tokens with a client', async () => {
    const told: Record<string, unknown> = {}
    const op = await startProvider({
      expiresWithSession: (_ctx, code) => {
        told['expiresWithSession'] = code.client?.clientId
        return false
      },
      issueRefreshToken: (_ctx, _client, code) => {
        told['issueRefreshToken'] = code.client?.clientId
        return true
      },
      rotateRefreshToken: (ctx) => {
        told['rotateRefreshToken'] = ctx.oidc.entities.RefreshToken?.client?.clientId
        return true
      },
    })
    const { body } = await op.login()
    await op.refresh(body['refresh_token'])

    expect(told).to.deep.equal({
      expiresWithSession: 'web',
      issueRefreshToken: 'web',
      rotateRefreshToken: 'web',
    })
  })
})
