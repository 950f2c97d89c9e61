import { expect } from 'chai'
import { compactDecrypt } from 'jose'
import type { ClientMetadata } from '../../../types/client.ts'
import { type Answer, request } from '../../support/authorization_answer.ts'
import { rsaPair } from '../../support/key_pair.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import { startForSealed, verifySealed } from '../../support/sealed_answer.ts'
import { type RunningProvider, stopProviders } from '../../support/start_provider.ts'

const rsa = rsaPair()
const jwks = { keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), use: 'enc', kid: 'mine' }] }
const ALGORITHMS: Partial<ClientMetadata> = {
  authorization_encrypted_response_alg: 'RSA-OAEP-256',
  authorization_encrypted_response_enc: 'A256GCM',
}
const ENCRYPTED: Partial<ClientMetadata> = { ...ALGORITHMS, jwks }

/** Decrypts the one member of a response; the signed JWT is inside. */
async function openedEncrypted(op: RunningProvider, { members }: Answer) {
  expect(Object.keys(members)).to.deep.equal(['response'])
  const { plaintext, protectedHeader } = await compactDecrypt(String(members['response']), rsa.privateKey)
  expect(protectedHeader).to.include({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT', kid: 'mine' })
  return verifySealed(op, new TextDecoder().decode(plaintext))
}

describe('encrypted authorization responses (JWT Secured Authorization Response Mode §2.2)', () => {
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })

  it('A44 A092 keys that cannot be had: nothing travels unencrypted, and nothing is stored', async () => {
    const server = await startServer((_req, res) => {
      res.writeHead(404).end()
    })
    const op = await startForSealed(
      { ...ALGORITHMS, jwks_uri: `${server.origin}/keys` },
      { allowSpecialUseAddresses: true },
    )
    const issued: unknown[] = []
    op.provider.on('authorization_code.saved', (code) => issued.push(code))

    const { way, status } = await request(op, { response_mode: 'jwt' })

    expect([way, status]).to.deep.equal(['page', 400])
    expect(issued).to.deep.equal([])
    expect(server.requests).to.have.length(1)
  })

  it('F350 A44 A092 the signed JWT is inside, of errors as well', async () => {
    const op = await startForSealed(ENCRYPTED)

    const answer = await request(op, { response_mode: 'jwt', state: 's' })
    const refused = await request(op, { response_mode: 'form_post.jwt', prompt: 'none', state: 's' })

    const { payload } = await openedEncrypted(op, answer)
    expect(payload).to.include({ aud: 'web', state: 's' })
    expect((await op.exchange(String(payload['code']), answer.verifier)).status).to.equal(200)
    expect((await openedEncrypted(op, refused)).payload).to.include({ error: 'login_required', state: 's' })
  })

  it('A42 A092 tokens may travel by query.jwt where the client gets it encrypted (§2.3.1)', async () => {
    const op = await startForSealed(ENCRYPTED)

    const answer = await request(op, {
      response_type: 'code id_token',
      response_mode: 'query.jwt',
      nonce: 'n',
    })

    expect(answer.way).to.equal('query')
    expect((await openedEncrypted(op, answer)).payload).to.include.keys('code', 'id_token', 'iss')
  })

  it('A045 A128CBC-HS256 is used where the client did not choose (§3)', async () => {
    const op = await startForSealed({ jwks, authorization_encrypted_response_alg: 'RSA-OAEP-256' })

    const { members } = await request(op, { response_mode: 'jwt' })

    const { protectedHeader } = await compactDecrypt(String(members['response']), rsa.privateKey)
    expect(protectedHeader.enc).to.equal('A128CBC-HS256')
  })
})
