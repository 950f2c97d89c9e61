import { expect } from 'chai'
import type { ClientMetadata } from '../../../../types/client.ts'
import { register, startRegistering } from '../../../support/registering.ts'
import { pkce, startProvider, stopProviders } from '../../../support/start_provider.ts'

const CALLBACK = 'cursor://anysphere.cursor-retrieval/oauth/callback'
const NATIVE: ClientMetadata = {
  client_id: 'native',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  redirect_uris: [CALLBACK, 'com.example.app:/cb'],
}
/** A host that does without proof keys. */
const LAX = { pkce: { methods: ['S256' as const], required: () => false } }

describe("apps' own schemes as redirect_uri (RFC 8252 §7.1)", () => {
  afterEach(stopProviders)

  for (const uri of [CALLBACK, 'vscode://vscode.github-authentication/did-authenticate', 'myapp:/cb']) {
    it(`A046 a native client may register ${uri}`, async () => {
      const op = await startRegistering()
      const { client_id: _, ...metadata } = NATIVE

      const { status, body } = await register(op, { ...metadata, redirect_uris: [uri] })

      expect(status).to.equal(201)
      expect(body['redirect_uris']).to.deep.equal([uri])
    })
  }

  it('the code goes to the app', async () => {
    const op = await startProvider({ clients: [NATIVE] })

    const { location, code } = await op.authorize({ redirect_uri: CALLBACK })

    expect(location?.startsWith(`${CALLBACK}?code=`)).to.equal(true)
    expect(code).to.not.equal('')
  })

  it('without a proof key nothing goes to a scheme that other apps may use, whatever the host requires (RFC 8252 §8.1)', async () => {
    const op = await startProvider({ clients: [NATIVE], ...LAX })
    const failed = op.nextError('authorization.error')

    await op.agent().get(op.authorizationUrl({ redirect_uri: CALLBACK }))

    expect(await failed).to.include({ error: 'invalid_request' })
  })

  it('with one it does, and to a reverse domain name without', async () => {
    const op = await startProvider({ clients: [NATIVE], ...LAX })
    const proof = { code_challenge: pkce().challenge, code_challenge_method: 'S256' }

    for (const params of [{ redirect_uri: CALLBACK, ...proof }, { redirect_uri: 'com.example.app:/cb' }]) {
      const response = await op.agent().get(op.authorizationUrl(params))
      expect(response.headers.get('location')).to.match(/\/interaction\//)
    }
  })
})
