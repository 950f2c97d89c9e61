import { createHash, type KeyObject } from 'node:crypto'
import { expect } from 'chai'
import { CompactEncrypt, CompactSign } from 'jose'
import { ALGORITHMS, ENCRYPTIONS } from '../../support/jwe_algorithms.ts'
import { ecPair, jwkOf, rsaPair, x25519Pair } from '../../support/key_pair.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'

const client = ecPair()
const own = {
  rsa: rsaPair(),
  'P-256': ecPair(),
  'P-384': ecPair('P-384'),
  'P-521': ecPair('P-521'),
  X25519: x25519Pair(),
}
const bytes = (text: string) => new TextEncoder().encode(text)

/** What the client derives from its secret, written down once more. @see OpenID Connect Core 1.0 §10.2 */
function derived(alg: string, enc: string): Uint8Array {
  const size = alg === 'dir' ? enc : alg
  const length = size.includes('CBC') ? Number(size.slice(-3)) / 8 : Number(/[0-9]{3}/.exec(size)?.[0]) / 8
  const hash = length <= 32 ? 'sha256' : length <= 48 ? 'sha384' : 'sha512'
  return createHash(hash)
    .update(WEB_CLIENT.client_secret ?? '')
    .digest()
    .subarray(0, length)
}

const recipients = (alg: string, enc: string): readonly (readonly [string, KeyObject | Uint8Array])[] => {
  if (alg.startsWith('RSA')) return [['rsa', own.rsa.publicKey]]
  if (!alg.startsWith('ECDH')) return [['the secret', derived(alg, enc)]]
  return [
    ['P-256', own['P-256'].publicKey],
    ['P-384', own['P-384'].publicKey],
    ['P-521', own['P-521'].publicKey],
    ['X25519', own.X25519.publicKey],
  ]
}

const sign = (content: string) =>
  new CompactSign(bytes(content)).setProtectedHeader({ alg: 'ES256' }).sign(client.privateKey)

const encrypt = (content: string, key: KeyObject | Uint8Array, alg: string, enc: string, kid?: string) =>
  new CompactEncrypt(bytes(content))
    .setProtectedHeader({ alg, enc, cty: 'JWT', ...(kid === undefined ? {} : { kid }) })
    .encrypt(key)

describe('encrypted request objects for every algorithm (RFC 9101 §6.1, RFC 7518 §4.1, §5.1)', () => {
  let op: RunningProvider

  before(async () => {
    op = await startProvider({
      jwks: { keys: Object.entries(own).map(([kid, { privateKey }]) => jwkOf(privateKey, { kid })) },
      clients: [{ ...WEB_CLIENT, jwks: { keys: [jwkOf(client.publicKey, { kid: 'client' })] } }],
      enabledJWA: {
        requestObjectEncryptionAlgValues: [...ALGORITHMS],
        requestObjectEncryptionEncValues: [...ENCRYPTIONS],
      },
      features: {
        encryption: { enabled: true },
        requestObjects: { request: true },
        pushedAuthorizationRequests: { enabled: true },
      },
    })
  })

  after(stopProviders)

  const claims = () =>
    JSON.stringify({
      iss: 'web',
      aud: op.issuer,
      client_id: 'web',
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'openid',
      code_challenge: 'ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA',
      code_challenge_method: 'S256',
    })
  /** The pushed request is the shortest way to hear whether a request object opens. */
  const push = (request: string) =>
    op.post('pushed_authorization_request', {
      client_id: 'web',
      client_secret: WEB_CLIENT.client_secret ?? '',
      request,
    })

  it('discovery lists what the loops below run over (OpenID Connect Discovery 1.0 §3)', async () => {
    const response = await op.agent().get(op.provider.urlFor('discovery'))
    const metadata = await response.json()

    expect(metadata).to.deep.include({
      request_object_encryption_alg_values_supported: ALGORITHMS,
      request_object_encryption_enc_values_supported: ENCRYPTIONS,
    })
  })

  for (const alg of ALGORITHMS) {
    for (const enc of ENCRYPTIONS) {
      for (const [kid, key] of recipients(alg, enc)) {
        it(`X18 opens ${alg} with ${enc}, made by jose for ${kid}, and not once it is spoilt`, async () => {
          const jwe = await encrypt(
            await sign(claims()),
            key,
            alg,
            enc,
            key instanceof Uint8Array ? undefined : kid,
          )
          const [header, encryptedKey, iv, content = '', tag] = jwe.split('.')
          const spoilt = [
            header,
            encryptedKey,
            iv,
            `${content[0] === 'A' ? 'B' : 'A'}${content.slice(1)}`,
            tag,
          ]

          const accepted = await push(jwe)
          const refused = await push(spoilt.join('.'))

          expect(accepted.body).to.have.property('request_uri')
          expect(refused.body['error']).to.equal('invalid_request_object')
          expect(op.serverErrors).to.deep.equal([])
        })
      }
    }
  }

  describe('X10 nesting', () => {
    const rsa = (content: string) => encrypt(content, own.rsa.publicKey, 'RSA-OAEP', 'A128GCM', 'rsa')
    const secret = (content: string) => encrypt(content, derived('dir', 'A128GCM'), 'dir', 'A128GCM')

    for (const [title, make] of [
      ['encrypted twice around a signature', async () => rsa(await rsa(await sign(claims())))],
      ['encrypted three times', async () => rsa(await rsa(await rsa(claims())))],
      ['encrypted twice with the secret', async () => secret(await secret(claims()))],
      ['signed around an encrypted one', async () => sign(await rsa(await sign(claims())))],
      ['signed twice', async () => sign(await sign(claims()))],
      ['encrypted around two signatures', async () => rsa(await sign(await sign(claims())))],
    ] as const) {
      it(`a request object ${title} is an invalid_request_object (RFC 7519 §11.2)`, async () => {
        const { status, body } = await push(await make())

        expect(status).to.equal(400)
        expect(body['error']).to.equal('invalid_request_object')
        expect(op.serverErrors).to.deep.equal([])
      })
    }
  })
})
