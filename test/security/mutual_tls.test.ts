import { expect } from 'chai'
import type { ClientMetadata } from '../../types/client.ts'
import {
  type Authority,
  authority,
  type Credential,
  certificateJwk,
  selfSigned,
} from '../support/certificates.ts'
import { codeForm, userinfoWith } from '../support/dpop.ts'
import { attack, expectRefusal, type Scene } from '../support/invariants.ts'
import { ask, CLIENT, from, takingCertificates } from '../support/mtls.ts'
import { type RunningProvider, WEB_CLIENT } from '../support/start_provider.ts'

const DAY = 86_400_000
const DNS = [{ type: 'dns' as const, value: 'client.example.com' }]
const BOUND: ClientMetadata = {
  ...WEB_CLIENT,
  client_secret: undefined,
  token_endpoint_auth_method: 'none',
  tls_client_certificate_bound_access_tokens: true,
}

describe('mutual TLS (RFC 8705)', () => {
  let ca: Authority
  let credential: Credential
  let own: Credential
  let stranger: Credential

  before(async () => {
    ca = await authority('clients')
    credential = await ca.issue({ alternatives: DNS })
    own = await selfSigned()
    stranger = await selfSigned({ alternatives: DNS })
  })

  const start = (scene: Scene, clients?: readonly ClientMetadata[]) =>
    scene.start(takingCertificates(clients))

  const withOwn = (): ClientMetadata => {
    const { tls_client_auth_san_dns: _, ...client } = CLIENT
    const jwks = { keys: [certificateJwk(own)] }
    return { ...client, client_id: 'own', token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks }
  }

  async function refuseAll(
    scene: Scene,
    presented: readonly Parameters<typeof ask>[1][],
    verified?: string,
  ): Promise<RunningProvider> {
    const op = await start(scene, [CLIENT, withOwn()])
    scene.begin()
    for (const shown of presented) {
      for (const client_id of ['web', 'own'])
        expectRefusal(await ask(op, shown, { client_id }, verified), 401, 'invalid_client')
    }
    return op
  }

  attack('M1', 'without a certificate nobody is authenticated, and nothing is written', (scene) =>
    refuseAll(scene, [undefined, '']).then(() => {}),
  )

  attack('M2', 'a certificate that nobody vouches for is refused', (scene) =>
    refuseAll(scene, [stranger], 'FAILED:self signed certificate').then(() => {}),
  )

  attack('M2', 'a certificate of somebody else, or of another time, is refused', async (scene) => {
    const elsewhere = [{ type: 'dns' as const, value: 'client.example.com.evil.example' }]
    await refuseAll(scene, [
      await ca.issue({ alternatives: elsewhere }),
      await ca.issue({ subject: 'CN=client.example.com' }),
      await ca.issue({
        alternatives: DNS,
        notBefore: new Date(Date.now() - 2 * DAY),
        notAfter: new Date(Date.now() - DAY),
      }),
      await ca.issue({
        alternatives: DNS,
        notBefore: new Date(Date.now() + DAY),
        notAfter: new Date(Date.now() + 2 * DAY),
      }),
    ])
  })

  attack('M4', 'a certificate that a client puts into a header counts for nothing', async (scene) => {
    const op = await start(scene)
    scene.begin()
    const pem = credential.cert.replaceAll('\n', ' ')
    const names = [
      'x-ssl-cert',
      'x-ssl-client-cert',
      'ssl-client-cert',
      'client-cert',
      'x-forwarded-client-cert',
    ]
    for (const name of names) {
      const form = { grant_type: 'client_credentials', client_id: 'web' }
      expectRefusal(await op.post('token', form, { [name]: pem }), 401, 'invalid_client')
    }
  })

  attack('M5', 'text that is not one certificate is refused, and never a failure of ours', (scene) =>
    refuseAll(scene, [
      'x',
      '-----BEGIN CERTIFICATE-----',
      '-----BEGIN CERTIFICATE-----\n\0\n-----END CERTIFICATE-----',
      credential.cert.slice(0, 200),
      `${credential.cert}${own.cert}`,
      encodeURIComponent(credential.cert),
      own.key,
    ]).then(() => {}),
  )

  attack(
    'M7',
    'a bound refresh token is worth nothing with another certificate, and is not taken for stolen',
    async (scene) => {
      const op = await start(scene, [BOUND])
      const { code, verifier } = await op.authorize()
      const { body } = await op.post('token', { client_id: 'web', ...codeForm(code, verifier) }, from(own))
      const form = {
        client_id: 'web',
        grant_type: 'refresh_token',
        refresh_token: String(body['refresh_token']),
      }
      scene.keepSecret(form.refresh_token)
      scene.begin()

      for (const shown of [stranger, undefined, 'x'])
        expectRefusal(await op.post('token', form, from(shown)), 400, 'invalid_grant')

      scene.begin('consume RefreshToken', 'insert AccessToken', 'insert RefreshToken')
      expect((await op.post('token', form, from(own))).status).to.equal(200)
    },
  )

  attack('U11', 'a bound access token opens nothing with another certificate', async (scene) => {
    const op = await start(scene, [BOUND])
    const { code, verifier } = await op.authorize()
    const { body } = await op.post('token', { client_id: 'web', ...codeForm(code, verifier) }, from(own))
    scene.begin()

    for (const shown of [stranger, undefined, 'x']) {
      const authorization = `Bearer ${body['access_token']}`
      const { status } = await userinfoWith(op, body['access_token'], { authorization, ...from(shown) })
      expect(status).to.equal(401)
    }
  })

  attack('M8', 'a name that goes on behind a NUL, or holds separators, is another name', async (scene) => {
    const { tls_client_auth_san_dns: _, ...client } = CLIENT
    const op = await start(scene, [{ ...client, tls_client_auth_subject_dn: 'CN=client,O=Acme' }])
    scene.begin()

    for (const subject of [
      [{ O: ['Acme'] }, { CN: ['client\0.evil.example'] }],
      [{ CN: ['client,O=Acme'] }],
      [{ CN: ['client'], O: ['Acme'] }],
      [{ CN: ['client'] }, { O: ['Acme'] }],
      [{ O: ['Acme'] }, { OU: ['Evil'] }, { CN: ['client'] }],
      [{ O: ['acme'] }, { CN: ['client'] }],
    ])
      expectRefusal(await ask(op, await ca.issue({ subject })), 401, 'invalid_client')
    expect((await ask(op, undefined)).status).to.equal(401)
  })
})
