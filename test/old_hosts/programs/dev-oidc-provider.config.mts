import { defineConfig } from '@comet/dev-oidc-provider'

export default defineConfig({
  userProvider: () => [{ id: 'ada', name: 'Ada', email: 'ada@example.com' }],
  client: {
    client_id: 'app',
    client_secret: 'a-secret-of-the-application',
    redirect_uris: ['http://localhost:1/cb'],
    post_logout_redirect_uris: ['http://localhost:1/bye'],
  },
})
