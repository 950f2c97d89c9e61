import { expect } from 'chai'
import { decodeJwt } from 'jose'
import { startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

/** What binds an ID Token to its request; there is neither an access token nor a code to be hashed. */
const BINDING = ['iss', 'aud', 'azp', 'exp', 'iat', 'nbf', 'nonce', 'at_hash', 'c_hash', 's_hash']

describe('what an account cannot say in an ID Token (OpenID Connect Core 1.0 §2)', () => {
  afterEach(stopProviders)

  for (const name of BINDING) {
    it(`${name}, though the host lists it among its claims`, async () => {
      const op = await startProvider({
        claims: { openid: ['sub', name], email: ['email'] },
        clients: [{ ...WEB_CLIENT, grant_types: ['implicit'], response_types: ['id_token'] }],
        responseTypes: ['id_token'],
        findAccount: (_ctx, id) => ({
          accountId: id,
          claims: () => ({ sub: id, email: 'alice@example.com', [name]: 'of the account' }),
        }),
      })

      const { location } = await op.authorize({
        response_type: 'id_token',
        scope: 'openid email',
        nonce: 'n',
        code_challenge: '',
        code_challenge_method: '',
      })
      const token = new URLSearchParams(new URL(location ?? '').hash.slice(1)).get('id_token') ?? ''

      const claims = decodeJwt(token)
      expect(claims).to.include({ sub: 'alice', email: 'alice@example.com' })
      expect(claims[name]).to.not.equal('of the account')
    })
  }
})
