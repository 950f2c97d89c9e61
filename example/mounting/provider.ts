import Provider from '../../lib/index.ts'

/** Where the examples listen. */
export const port = Number(process.env['PORT'] ?? 3000)

/** The same small provider for each example, with the built-in screens. */
export const makeProvider = (issuer: string): Provider =>
  new Provider(issuer, {
    clients: [
      {
        client_id: 'app',
        client_secret: 'change me, it has to be a long one',
        redirect_uris: ['http://localhost:3001/cb'],
      },
    ],
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['change me, too'] },
  })
