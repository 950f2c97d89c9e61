import { expect } from 'chai'
import { CompactEncrypt } from 'jose'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { claimsFor, hmacKey, sign } from '../actions/client_auth/assertions.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../support/start_provider.ts'

const SECRET = String(WEB_CLIENT.client_secret)
const CLIENT: ClientMetadata = { ...WEB_CLIENT, id_token_signed_response_alg: 'HS256' }

type Attempt = (op: RunningProvider, secret: string) => Promise<Record<string, string>>

const requestObject = (op: RunningProvider) =>
  claimsFor('web', op, { sub: undefined, redirect_uri: REDIRECT_URI, response_type: 'code', scope: 'openid' })

/** Everything of an authorization request that a client's secret vouches for. */
const ATTEMPTS: readonly [what: string, attempt: Attempt][] = [
  [
    'a signed request object (RFC 9101 §6.2)',
    async (op, secret) => ({ request: await sign(requestObject(op), { alg: 'HS256' }, hmacKey(secret)) }),
  ],
  [
    'an encrypted request object (OpenID Connect Core 1.0 §10.2)',
    async (op, secret) => ({
      request: await new CompactEncrypt(hmacKey(JSON.stringify(requestObject(op))))
        .setProtectedHeader({ alg: 'dir', enc: 'A128CBC-HS256' })
        .encrypt(new Uint8Array(await crypto.subtle.digest('SHA-256', hmacKey(secret)))),
    }),
  ],
  [
    'an ID Token as a hint (OpenID Connect Core 1.0 §3.1.2.1)',
    async (op, secret) => ({
      id_token_hint: await sign(
        { iss: op.issuer, aud: 'web', sub: 'alice' },
        { alg: 'HS256' },
        hmacKey(secret),
      ),
    }),
  ],
]

describe('C30 secrets tried out at the authorization endpoint (RFC 6819 §5.1.4.2.3)', () => {
  afterEach(stopProviders)

  async function start(client: Partial<ClientMetadata> = {}) {
    const failures: number[] = []
    const configuration: Configuration = {
      clients: [{ ...CLIENT, ...client }],
      pkce: { required: () => false },
      clientSecretThrottle: { failed: (_ctx, _clientId, count) => failures.push(count) },
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'HS256'] },
      features: {
        encryption: { enabled: true },
        requestObjects: { enabled: true, request: true, requestUri: false, mode: 'lax' },
      },
    }
    const op = await startProvider(configuration, { screens: false })
    const errorFor = async (params: Record<string, string>) => {
      const { headers } = await op.agent().get(op.authorizationUrl(params))
      return new URL(headers.get('location') ?? '', op.origin).searchParams.get('error')
    }
    return { op, failures, errorFor }
  }

  for (const [what, attempt] of ATTEMPTS) {
    it(`${what} counts as one, at the pace of all others`, async () => {
      const { op, failures, errorFor } = await start()
      const wrong = await attempt(op, 'another secret that is long enough')

      const errors = await Promise.all(Array.from({ length: 100 }, () => errorFor(wrong)))

      expect(failures).to.have.length(100)
      expect(errors).to.include('temporarily_unavailable')
    })

    it(`${what} by the right secret is taken after any number of wrong ones`, async () => {
      const { op, failures, errorFor } = await start()
      const wrong = await attempt(op, 'another secret that is long enough')
      await Promise.all(Array.from({ length: 30 }, () => errorFor(wrong)))
      failures.length = 0

      expect(await errorFor(await attempt(op, SECRET))).to.equal(null)
      expect(failures).to.deep.equal([])
    })
  }

  it('an encrypted ID Token as a hint counts as one, though a key of the provider signs it (RP-Initiated Logout 1.0 §2)', async () => {
    const { failures, errorFor } = await start({
      id_token_signed_response_alg: 'RS256',
      id_token_encrypted_response_alg: 'dir',
      id_token_encrypted_response_enc: 'A128CBC-HS256',
    })
    const wrong = await new CompactEncrypt(hmacKey('a.b.c'))
      .setProtectedHeader({ alg: 'dir', enc: 'A128CBC-HS256' })
      .encrypt(new Uint8Array(32))

    const errors = await Promise.all(Array.from({ length: 100 }, () => errorFor({ id_token_hint: wrong })))

    expect(failures).to.have.length(100)
    expect(errors).to.include('temporarily_unavailable')
  })
})
