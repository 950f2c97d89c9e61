import { expect } from 'chai'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import type { Configuration } from '../../types/configuration.ts'
import { recordingLogger } from './recording_logger.ts'

/** Written as hosts write it: the arguments of functions get their types from the option. */
const configuration: Configuration = {
  acrValues: ['urn:mace:incommon:iap:bronze'],
  claims: { email: ['email', 'email_verified'], locale: null, phone: { phone_number: null } },
  clientBasedCORS: (_ctx, origin, client) => client.redirectUris.some((uri) => uri.startsWith(origin)),
  clients: [
    { client_id: 'web', client_secret: 'secret', redirect_uris: ['https://rp.example.com/cb'], 'urn:x': 1 },
  ],
  cookies: { keys: ['new', Buffer.from('old')], long: { signed: true, path: '/' }, short: { signed: true } },
  async extraTokenClaims(_ctx, token) {
    return token.kind === 'AccessToken' ? { 'urn:idp:example:foo': 'bar' } : undefined
  },
  extraClientMetadata: {
    properties: ['urn:x'],
    validator(_ctx, key, value, metadata) {
      if (value === undefined) metadata[key] = 1
    },
  },
  extraParams: { theme: null, lang: async (_ctx, value) => value?.length },
  features: {
    deviceFlow: {
      enabled: false,
      mask: '***-***',
      deviceInfo: (ctx) => ({ ip: ctx.ip, ua: ctx.get('user-agent') }),
    },
    resourceIndicators: {
      async getResourceServerInfo(_ctx, resourceIndicator) {
        return {
          scope: 'api:read',
          audience: resourceIndicator,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }
      },
    },
    registration: {
      policies: {
        strict(_ctx, properties) {
          properties.userinfo_signed_response_alg = 'RS256'
        },
      },
    },
  },
  async findAccount(_ctx, sub, token) {
    return {
      accountId: sub,
      async claims(use, scope) {
        return {
          sub,
          email: use === 'userinfo' && scope.includes('email') ? `${sub}@example.com` : undefined,
          token,
        }
      },
    }
  },
  formats: {
    bitsOfOpaqueRandomness: (_ctx, token) => (token.kind === 'RefreshToken' ? 384 : 256),
    customizers: {
      async jwt(_ctx, _token, jwt) {
        jwt.header = { foo: 'bar' }
        jwt.payload['foo'] = 'bar'
      },
    },
  },
  httpOptions: () => ({ signal: AbortSignal.timeout(5000) }),
  interactions: { url: async (_ctx, interaction) => `/login/${interaction.uid}` },
  async issueRefreshToken(_ctx, client, code) {
    return client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access')
  },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client?.clientId, accountId: 'alice' })
    grant.addOIDCScope('openid email')
    return grant
  },
  pkce: { methods: ['S256'], required: (_ctx, client) => client.applicationType === 'native' },
  renderError(ctx, out, error) {
    ctx.type = 'html'
    ctx.body = `${out.error} ${error.message.length}`
  },
  rotateRefreshToken: (ctx) => ctx.oidc.entities.RefreshToken?.isSenderConstrained() === false,
  ttl: {
    AccessToken: (_ctx, token, client) => (token.scopes.has('api') && client.clientId ? 60 : 600),
    InitialAccessToken: null,
    Session: Number.POSITIVE_INFINITY,
  },
}

describe('a typed host', () => {
  it('configures the provider without notices', () => {
    const logger = recordingLogger()

    const resolved = resolveConfiguration(configuration, [], logger)

    expect(logger.infos).to.deep.equal([])
    expect(resolved.findAccount).to.equal(configuration.findAccount)
    expect(resolved.extraParams.get('theme')).to.equal(undefined)
    expect(resolved.clients[0]).to.include({ client_id: 'web', 'urn:x': 1 })
  })
})
