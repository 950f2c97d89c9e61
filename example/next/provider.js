import Provider from 'openid-provider'

const makeProvider = () =>
  new Provider(process.env.ISSUER ?? 'http://localhost:3000/oidc', {
    clients: [
      {
        client_id: 'app',
        client_secret: 'change me, it has to be a long one',
        redirect_uris: ['http://localhost:3001/cb'],
      },
    ],
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['change me, too'] },
    features: { devInteractions: { enabled: false } },
  })

// Next bundles this file once for pages and once for API routes: they share one provider, with its storage.
globalThis.provider ??= makeProvider()

export const { provider } = globalThis
