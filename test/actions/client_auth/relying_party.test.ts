import { expect } from 'chai'
import { exportJWK, generateKeyPair } from 'jose'
import * as rp from 'openid-client'
import type { ClientMetadata } from '../../../types/client.ts'
import {
  pkce,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
} from '../../support/start_provider.ts'
import { SECRET } from './assertions.ts'

describe('openid-client authenticates (OpenID Connect Core 1.0 §9)', () => {
  afterEach(stopProviders)

  const discover = (op: RunningProvider, metadata: Partial<rp.ClientMetadata>, auth: rp.ClientAuth) =>
    rp.discovery(new URL(op.issuer), 'web', metadata, auth, { execute: [rp.allowInsecureRequests] })

  const start = (client: Partial<ClientMetadata>, features = {}) =>
    startProvider({
      clients: [
        {
          client_id: 'web',
          redirect_uris: [REDIRECT_URI],
          grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
          ...client,
        },
      ],
      clockTolerance: 5,
      features: { clientCredentials: { enabled: true }, ...features },
    })

  /** Logs in, exchanges the code, refreshes and reads the userinfo. */
  async function useAll(op: RunningProvider, config: rp.Configuration) {
    const { verifier, challenge } = pkce()
    const { location } = await op.authorize({
      scope: 'openid offline_access',
      prompt: 'consent',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    const tokens = await rp.authorizationCodeGrant(config, new URL(location ?? ''), {
      pkceCodeVerifier: verifier,
    })
    const refreshed = await rp.refreshTokenGrant(config, tokens.refresh_token ?? '')
    const userinfo = await rp.fetchUserInfo(config, refreshed.access_token, 'alice')
    return { claims: tokens.claims(), userinfo }
  }

  const secret = { client_secret: SECRET }
  for (const [method, auth] of [
    ['client_secret_basic', rp.ClientSecretBasic(SECRET)],
    ['client_secret_post', rp.ClientSecretPost(SECRET)],
    ['client_secret_jwt', rp.ClientSecretJwt(SECRET)],
    ['none', rp.None()],
  ] as const) {
    it(`F226 F227 F228 F229 A064 A066 by ${method}`, async () => {
      const op = await start({
        token_endpoint_auth_method: method,
        ...(method === 'none' ? { grant_types: ['authorization_code', 'refresh_token'] } : secret),
      })
      const config = await discover(op, {}, auth)

      const { claims, userinfo } = await useAll(op, config)

      expect(claims?.sub).to.equal('alice')
      expect(userinfo.sub).to.equal('alice')
      if (method !== 'none') expect(await rp.clientCredentialsGrant(config)).to.have.property('access_token')
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  for (const alg of ['RS256', 'PS256', 'ES256', 'Ed25519']) {
    it(`F230 A066 by private_key_jwt with ${alg}`, async () => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
      const op = await startProvider({
        clients: [
          {
            client_id: 'web',
            redirect_uris: [REDIRECT_URI],
            grant_types: ['authorization_code', 'refresh_token'],
            token_endpoint_auth_method: 'private_key_jwt',
            jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] },
          },
        ],
        enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256', 'Ed25519'] },
      })
      const config = await discover(op, {}, rp.PrivateKeyJwt({ key: privateKey, kid: 'k' }))

      const { claims } = await useAll(op, config)

      expect(claims?.sub).to.equal('alice')
    })
  }

  it('and opens encrypted ID Tokens and signed, encrypted userinfo', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RSA-OAEP-256', { extractable: true })
    const op = await start(
      {
        ...secret,
        token_endpoint_auth_method: 'client_secret_post',
        jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'enc', use: 'enc' }] },
        id_token_encrypted_response_alg: 'RSA-OAEP-256',
        id_token_encrypted_response_enc: 'A256GCM',
        userinfo_signed_response_alg: 'RS256',
        userinfo_encrypted_response_alg: 'RSA-OAEP-256',
        userinfo_encrypted_response_enc: 'A128CBC-HS256',
      },
      { encryption: { enabled: true }, jwtUserinfo: { enabled: true } },
    )
    const config = await discover(op, { userinfo_signed_response_alg: 'RS256' }, rp.ClientSecretPost(SECRET))
    rp.enableDecryptingResponses(config, ['A256GCM', 'A128CBC-HS256'], { key: privateKey, kid: 'enc' })

    const { claims, userinfo } = await useAll(op, config)

    expect(claims?.sub).to.equal('alice')
    expect(userinfo.sub).to.equal('alice')
  })
})
