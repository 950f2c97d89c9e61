import { expect } from 'chai'
import { exportJWK, generateKeyPair } from 'jose'
import * as client from 'openid-client'
import type { ClientMetadata } from '../../../types/client.ts'
import { request } from '../../support/authorization_answer.ts'
import { startForSealed } from '../../support/sealed_answer.ts'
import { ACCOUNT, REDIRECT_URI, type RunningProvider, stopProviders } from '../../support/start_provider.ts'

/** The relying party's side: it takes JWTs only. */
async function discover(
  op: RunningProvider,
  metadata: Partial<client.ClientMetadata> = {},
): Promise<client.Configuration> {
  const { client_id, client_secret } = op.client
  const rp = await client.discovery(
    new URL(op.issuer),
    client_id,
    metadata,
    client.ClientSecretPost(client_secret),
    {
      execute: [client.allowInsecureRequests, client.useJwtResponseMode],
    },
  )
  return rp
}

/** Sends the browser where the relying party wants it. @returns where it comes back to */
async function visit(op: RunningProvider, rp: client.Configuration, params: Record<string, string>) {
  const asked = client.buildAuthorizationUrl(rp, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid email',
    ...params,
  })
  const { response } = await request(op, Object.fromEntries(asked.searchParams))
  return new URL(response.headers.get('location') ?? '')
}

async function secrets() {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const challenge = await client.calculatePKCECodeChallenge(pkceCodeVerifier)
  return {
    checks: { pkceCodeVerifier, expectedState: client.randomState() },
    proof: { code_challenge: challenge, code_challenge_method: 'S256' },
  }
}

async function logIn(op: RunningProvider, rp: client.Configuration) {
  const { checks, proof } = await secrets()
  const url = await visit(op, rp, { ...proof, state: checks.expectedState })
  expect([...url.searchParams.keys()]).to.deep.equal(['response'])
  return client.authorizationCodeGrant(rp, url, checks)
}

async function encryptionKeys(): Promise<[client.DecryptionKey, Partial<ClientMetadata>]> {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { extractable: true })
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'mine', use: 'enc' }] }
  return [
    { key: privateKey, kid: 'mine' },
    { jwks, authorization_encrypted_response_alg: 'ECDH-ES' },
  ]
}

describe('openid-client takes authorization responses as JWTs (JWT Secured Authorization Response Mode)', () => {
  afterEach(stopProviders)

  for (const alg of ['RS256', 'ES256', 'EdDSA'] as const) {
    it(`A092 F223 signed with ${alg}, it logs in`, async () => {
      const op = await startForSealed({ authorization_signed_response_alg: alg })
      const rp = await discover(op, { authorization_signed_response_alg: alg })

      const tokens = await logIn(op, rp)

      expect(tokens.claims()?.sub).to.equal(ACCOUNT)
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  it('A092 F223 encrypted, it logs in', async () => {
    const [key, metadata] = await encryptionKeys()
    const op = await startForSealed(metadata)
    const rp = await discover(op)
    client.enableDecryptingResponses(rp, ['A128CBC-HS256'], key)

    const tokens = await logIn(op, rp)

    expect(tokens.claims()?.sub).to.equal(ACCOUNT)
  })

  it('A44 it hears of errors', async () => {
    const op = await startForSealed()
    const rp = await discover(op)
    const { checks, proof } = await secrets()

    const url = await visit(op, rp, { ...proof, state: checks.expectedState, prompt: 'none' })
    const refused: unknown = await client.authorizationCodeGrant(rp, url, checks).catch((error) => error)

    expect(refused).to.be.instanceOf(client.AuthorizationResponseError)
    expect(refused).to.include({ error: 'login_required' })
  })
})
