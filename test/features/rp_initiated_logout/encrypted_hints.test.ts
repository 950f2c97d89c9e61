import { expect } from 'chai'
import { CompactEncrypt } from 'jose'
import type { ClientMetadata } from '../../../types/client.ts'
import { PUBLIC_JWKS } from '../../support/client_keys.ts'
import { askToLogOut, LEAVING_CLIENT, LOGGED_OUT, signOut } from '../../support/logging_out.ts'
import { type RunningProvider, startProvider, stopProviders } from '../../support/start_provider.ts'

const SYMMETRIC = {
  id_token_encrypted_response_alg: 'A256KW',
  id_token_encrypted_response_enc: 'A128CBC-HS256',
} as const

describe('encrypted ID Tokens as id_token_hint (RP-Initiated Logout 1.0 §2, OpenID Connect Core 1.0 §10.2)', () => {
  afterEach(stopProviders)

  const start = (client: Partial<ClientMetadata>) =>
    startProvider({
      clients: [{ ...LEAVING_CLIENT, ...client }],
      features: { encryption: { enabled: true } },
      enabledJWA: { idTokenEncryptionAlgValues: ['A256KW', 'dir', 'RSA-OAEP'] },
    })

  async function loggedIn(op: RunningProvider) {
    const { agent, body } = await op.login()
    const hint = String(body['id_token'])
    expect(hint.split('.')).to.have.length(5)
    return { agent, hint }
  }

  for (const alg of ['A256KW', 'dir'] as const) {
    it(`one under the client’s secret by ${alg} is opened, where client_id says whose`, async () => {
      const op = await start({ ...SYMMETRIC, id_token_encrypted_response_alg: alg })
      const { agent, hint } = await loggedIn(op)

      const asked = await askToLogOut(op, agent, {
        client_id: 'web',
        id_token_hint: hint,
        post_logout_redirect_uri: LOGGED_OUT,
      })

      expect(asked.response.status).to.equal(200)
      expect((await signOut(agent, asked)).headers.get('location')).to.equal(LOGGED_OUT)
    })
  }

  it('whose it is has to be said', async () => {
    const op = await start(SYMMETRIC)
    const { agent, hint } = await loggedIn(op)
    const failed = op.nextError('end_session.error')

    const { response } = await askToLogOut(op, agent, { id_token_hint: hint })

    expect(response.status).to.equal(400)
    expect((await failed).error_detail).to.match(/client_id has to say for whom/)
  })

  it('one under another secret, or that holds what nobody signed, is none', async () => {
    const op = await start(SYMMETRIC)
    const { agent } = await loggedIn(op)
    const jwe = await new CompactEncrypt(Buffer.from('{"sub":"alice"}'))
      .setProtectedHeader({ alg: 'A256KW', enc: 'A128CBC-HS256' })
      .encrypt(Buffer.alloc(32))

    const { response } = await askToLogOut(op, agent, { client_id: 'web', id_token_hint: jwe })

    expect(response.status).to.equal(400)
  })

  it('one for the client’s own key is not opened here: the client decrypts it first', async () => {
    const op = await start({
      id_token_encrypted_response_alg: 'RSA-OAEP',
      id_token_encrypted_response_enc: 'A128CBC-HS256',
      jwks: PUBLIC_JWKS,
    })
    const { agent, hint } = await loggedIn(op)
    const failed = op.nextError('end_session.error')

    const { response } = await askToLogOut(op, agent, { client_id: 'web', id_token_hint: hint })

    expect(response.status).to.equal(400)
    expect((await failed).error_detail).to.match(/which has to decrypt it first/)
  })

  it('one is a hint for a login as well (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const op = await start(SYMMETRIC)
    const { agent, hint } = await loggedIn(op)

    const { answer } = await op.authorize({ id_token_hint: hint, prompt: 'none' }, agent)

    expect(answer.get('code')).to.be.a('string')
  })
})
