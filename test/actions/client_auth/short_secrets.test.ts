import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import { startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'
import { ASSERTION_TYPE, claimsFor } from './assertions.ts'

const ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const
type Algorithm = (typeof ALGORITHMS)[number]

/** Written without a library, for some refuse what many clients have. */
const mac = (alg: Algorithm, secret: string, input: string) =>
  createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest('base64url')

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

function sign(alg: Algorithm, secret: string, claims: unknown) {
  const input = `${encode({ alg })}.${encode(claims)}`
  return `${input}.${mac(alg, secret, input)}`
}

/** Part of the JWT that is signed, and its signature. */
function split(jwt: unknown): [input: string, signature: string] {
  const text = String(jwt)
  const end = text.lastIndexOf('.')
  return [text.slice(0, end), text.slice(end + 1)]
}

/**
 * RFC 7518 §3.2 wants a secret as long as the hash. Clients that registered before anybody checked have shorter ones,
 * so they go on working.
 */
describe('client secrets shorter than the hash (RFC 7518 §3.2)', () => {
  afterEach(stopProviders)

  for (const alg of ALGORITHMS) {
    for (const secret of ['s', 'a short secret']) {
      it(`sign ID Tokens and UserInfo with ${alg} (${secret.length} characters)`, async () => {
        const op = await startProvider({
          clients: [
            {
              ...WEB_CLIENT,
              client_secret: secret,
              id_token_signed_response_alg: alg,
              userinfo_signed_response_alg: alg,
            },
          ],
          enabledJWA: { idTokenSigningAlgValues: [alg], userinfoSigningAlgValues: [alg] },
          clientDefaults: { id_token_signed_response_alg: alg },
          features: { jwtUserinfo: { enabled: true } },
        })
        const { body } = await op.login()
        const userinfo = await op
          .agent()
          .get(op.provider.urlFor('userinfo'), { authorization: `Bearer ${body['access_token']}` })

        for (const jwt of [body['id_token'], await userinfo.text()]) {
          const [input, signature] = split(jwt)
          expect(signature).to.equal(mac(alg, secret, input))
        }
        expect(op.serverErrors).to.deep.equal([])
      })

      it(`verify client assertions with ${alg} (${secret.length} characters), and no forged ones`, async () => {
        const op = await startProvider({
          clients: [
            {
              client_id: 'by-secret',
              client_secret: secret,
              redirect_uris: [],
              response_types: [],
              grant_types: ['client_credentials'],
              token_endpoint_auth_method: 'client_secret_jwt',
            },
          ],
          enabledJWA: { clientAuthSigningAlgValues: [alg] },
          clientAuthMethods: ['client_secret_jwt'],
          features: { clientCredentials: { enabled: true } },
        })
        const send = (key: string) =>
          op.post('token', {
            grant_type: 'client_credentials',
            client_assertion_type: ASSERTION_TYPE,
            client_assertion: sign(alg, key, claimsFor('by-secret', op)),
          })

        expect((await send(secret)).status).to.equal(200)
        expect((await send(`${secret}x`)).status).to.equal(401)
        expect(op.serverErrors).to.deep.equal([])
      })
    }
  }
})
