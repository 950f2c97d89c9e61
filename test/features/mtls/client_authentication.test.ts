import { expect } from 'chai'
import type { ClientMetadata } from '../../../types/client.ts'
import type { MTLSOptions } from '../../../types/features/mtls.ts'
import {
  type Authority,
  authority,
  type Credential,
  certificateJwk,
  selfSigned,
} from '../../support/certificates.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import { ask, CLIENT, from, HOOKS, MTLS, startForMtls } from '../../support/mtls.ts'
import { type RunningProvider, stopProviders, type TokenAnswer } from '../../support/start_provider.ts'

const DNS = [{ type: 'dns' as const, value: 'client.example.com' }]
const DAY = 86_400_000

const SELF_SIGNED: ClientMetadata = {
  client_id: 'web',
  redirect_uris: [],
  response_types: [],
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'self_signed_tls_client_auth',
}

function expectRefusal({ status, body, headers }: TokenAnswer): void {
  expect([status, body['error']]).to.deep.equal([401, 'invalid_client'])
  expect(headers.get('cache-control')).to.include('no-store')
}

/** Why, for the host. */
async function detailOf(op: RunningProvider, pending: Promise<TokenAnswer>): Promise<string | undefined> {
  const told = op.nextError('grant.error')
  expectRefusal(await pending)
  return (await told).error_detail
}

const withHooks = (hooks: object) => ({ features: { mTLS: { ...MTLS, ...hooks } satisfies MTLSOptions } })

describe('C28 client authentication by certificates (RFC 8705 §2)', () => {
  let ca: Authority
  let credential: Credential

  before(async () => {
    ca = await authority('clients')
    credential = await ca.issue({ alternatives: DNS })
  })
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })

  describe('tls_client_auth (§2.1)', () => {
    it('M1 without a certificate the answer is 401 invalid_client', async () => {
      const op = await startForMtls()

      expect(await detailOf(op, ask(op, undefined))).to.equal('client certificate was not provided')
    })

    it('the host is asked for the certificate once a request, whatever needs it (§3)', async () => {
      const asked: string[] = []
      const getCertificate: MTLSOptions['getCertificate'] = (ctx) => {
        asked.push(ctx.path)
        return HOOKS.getCertificate(ctx)
      }
      const bound = { ...CLIENT, tls_client_certificate_bound_access_tokens: true }
      const op = await startForMtls([bound], withHooks({ getCertificate }))

      expect((await ask(op, credential)).status).to.equal(200)
      expect(asked).to.have.length(1)
    })

    it('M2 a certificate of another authority, which the host does not trust, is refused', async () => {
      const op = await startForMtls()
      const other = await (await authority('others')).issue({ alternatives: DNS })

      expect(await detailOf(op, ask(op, other, {}, 'FAILED:unable to verify'))).to.match(/not verified/)
    })

    for (const [what, dates] of [
      ['has expired', { notBefore: new Date(Date.now() - 2 * DAY), notAfter: new Date(Date.now() - DAY) }],
      [
        'is not valid yet',
        { notBefore: new Date(Date.now() + DAY), notAfter: new Date(Date.now() + 2 * DAY) },
      ],
    ] as const) {
      it(`M2 a certificate that ${what} is refused, also where the host did not look (RFC 5280 §6.1.3)`, async () => {
        const op = await startForMtls()
        const late = await ca.issue({ alternatives: DNS, ...dates })

        expect(await detailOf(op, ask(op, late))).to.match(/expired, or is not valid yet/)
      })
    }

    it('M2 a certificate of somebody else is refused (§2.1.2)', async () => {
      const op = await startForMtls()
      const other = await ca.issue({ alternatives: [{ type: 'dns', value: 'other.example.com' }] })

      expect(await detailOf(op, ask(op, other))).to.match(/does not match/)
    })

    it('M2 a stored client with two subjects is refused like one that does not exist', async () => {
      const stored = { ...CLIENT, client_id: 'two', tls_client_auth_subject_dn: 'CN=client' }
      const op = await startForMtls([CLIENT], { adapter: mapAdapter(new Map([['Client:two', stored]])) })

      expect(await detailOf(op, ask(op, credential, { client_id: 'two' }))).to.match(
        /must not be used together/,
      )
    })

    it('it is authenticated, at every endpoint that asks for it', async () => {
      const op = await startForMtls()

      const { status, body } = await ask(op, credential)
      const { body: told } = await op.post(
        'introspection',
        { client_id: 'web', token: String(body['access_token']) },
        from(credential),
      )

      expect(status).to.equal(200)
      expect(told).to.include({ active: true, client_id: 'web' })
    })

    for (const property of [
      'tls_client_auth_subject_dn',
      'tls_client_auth_san_dns',
      'tls_client_auth_san_uri',
      'tls_client_auth_san_ip',
      'tls_client_auth_san_email',
    ] as const) {
      it(`F110 certificateSubjectMatches is asked about ${property}, which the client registered`, async () => {
        const { tls_client_auth_san_dns: _, ...client } = CLIENT
        const asked: unknown[] = []
        const op = await startForMtls(
          [{ ...client, [property]: 'what is expected' }],
          withHooks({
            certificateSubjectMatches: (_ctx: unknown, ...args: unknown[]) => {
              asked.push(args)
              return true
            },
          }),
        )

        expect((await ask(op, credential)).status).to.equal(200)
        expect(asked).to.deep.equal([[property, 'what is expected']])
      })
    }
  })

  describe('self_signed_tls_client_auth (§2.2)', () => {
    it('M1 without a certificate the answer is 401 invalid_client', async () => {
      const own = await selfSigned()
      const op = await startForMtls([{ ...SELF_SIGNED, jwks: { keys: [certificateJwk(own)] } }])

      expect(await detailOf(op, ask(op, undefined))).to.equal('client certificate was not provided')
    })

    it('M10 another certificate is refused, whatever it says, also one for the same key', async () => {
      const own = await selfSigned({ subject: 'CN=client' })
      const other = await selfSigned({ subject: 'CN=client' })
      const op = await startForMtls([{ ...SELF_SIGNED, jwks: { keys: [certificateJwk(own)] } }])
      const lookalike = { ...certificateJwk(other), x5c: certificateJwk(own).x5c }

      expect(await detailOf(op, ask(op, other))).to.match(/not one of its registered keys/)
      await stopProviders()
      const confused = await startForMtls([{ ...SELF_SIGNED, jwks: { keys: [lookalike] } }])
      expectRefusal(await ask(confused, other))
      expect((await ask(confused, own)).status).to.equal(200)
    })

    it('a key to encrypt with authenticates nobody (RFC 7517 §4.2)', async () => {
      const own = await selfSigned()
      const op = await startForMtls([
        { ...SELF_SIGNED, jwks: { keys: [certificateJwk(own, { use: 'enc' })] } },
      ])

      expectRefusal(await ask(op, own))
    })

    for (const [what, jwkOf] of [
      ['its certificate (x5c)', (own: Credential) => certificateJwk(own)],
      [
        'a thumbprint of it (x5t#S256)',
        (own: Credential) => ({
          ...certificateJwk(own, { x5c: undefined }),
          'x5t#S256': Buffer.from(own.certificate.fingerprint256.replaceAll(':', ''), 'hex').toString(
            'base64url',
          ),
        }),
      ],
      ['its key alone', (own: Credential) => certificateJwk(own, { x5c: undefined })],
    ] as const) {
      it(`M10 it is authenticated where it registered ${what}; nobody has to vouch for it, and its dates say nothing`, async () => {
        const own = await selfSigned({ notAfter: new Date(Date.now() - DAY / 2) })
        const op = await startForMtls([
          { ...SELF_SIGNED, jwks: { keys: [JSON.parse(JSON.stringify(jwkOf(own)))] } },
        ])

        expect((await ask(op, own, {}, 'NONE')).status).to.equal(200)
        expectRefusal(await ask(op, await selfSigned()))
      })
    }

    it('its keys may stand behind jwks_uri, and are fetched again when it shows another (§2.2.2)', async () => {
      const [old, current] = [await selfSigned(), await selfSigned()]
      let published = old
      const server = await startServer((_req, res) => {
        res.end(JSON.stringify({ keys: [certificateJwk(published)] }))
      })
      const op = await startForMtls([{ ...SELF_SIGNED, jwks_uri: `${server.origin}/keys` }], {
        allowSpecialUseAddresses: true,
      })

      expect((await ask(op, old)).status).to.equal(200)
      published = current
      expect((await ask(op, current)).status).to.equal(200)
      expectRefusal(await ask(op, old))
    })

    it('a jwks_uri that does not answer is 401, and no failure of ours', async () => {
      const server = await startServer((_req, res) => {
        res.writeHead(500).end()
      })
      const op = await startForMtls([{ ...SELF_SIGNED, jwks_uri: `${server.origin}/keys` }], {
        allowSpecialUseAddresses: true,
      })

      expectRefusal(await ask(op, await selfSigned()))
      expect(op.serverErrors).to.deep.equal([])
    })
  })

  describe('what getCertificate returns (F111)', () => {
    const malformed: readonly [what: string, pem: (pem: string) => string][] = [
      ['no PEM', () => 'not a certificate'],
      ['PEM of nothing', () => '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----'],
      ['PEM of something else', () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
      ['PEM that ends early', (pem) => pem.slice(0, -20)],
      ['a beginning that is the end as well', () => '-----BEGIN CERTIFICATE----------END CERTIFICATE-----'],
      ['what Apache says where there is none', () => '(null)'],
      ['PEM with two certificates', (pem) => `${pem}${pem}`],
      ['PEM that is URL-encoded', (pem) => encodeURIComponent(pem)],
      ['100 KB of PEM', (pem) => pem.replace('-----END', `${'A'.repeat(100_000)}\n-----END`)],
      [
        'a certificate with something behind it',
        (pem) => {
          const der = Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ''), 'base64')
          const more = Buffer.concat([der, Buffer.from([5, 0])])
          return `-----BEGIN CERTIFICATE-----\n${more.toString('base64')}\n-----END CERTIFICATE-----`
        },
      ],
    ]
    for (const [what, pemOf] of malformed) {
      it(`M5 ${what} is 401 for either method, and no failure of ours`, async () => {
        const own = await selfSigned({ alternatives: DNS })
        const op = await startForMtls(
          [CLIENT, { ...SELF_SIGNED, client_id: 'own', jwks: { keys: [certificateJwk(own)] } }],
          withHooks({ getCertificate: () => pemOf(own.cert) }),
        )

        for (const client_id of ['web', 'own']) expectRefusal(await ask(op, own, { client_id }))
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    for (const [what, form] of [
      ['an X509Certificate', (own: Credential) => own.certificate],
      ['PEM', (own: Credential) => own.cert],
      [
        'PEM with blanks in place of line ends, as in a header',
        (own: Credential) => own.cert.replaceAll('\n', ' '),
      ],
    ] as const) {
      it(`F111 ${what} is read`, async () => {
        const op = await startForMtls(
          [CLIENT],
          withHooks({ getCertificate: () => form(credential), certificateSubjectMatches: () => true }),
        )

        expect((await ask(op, credential)).status).to.equal(200)
      })
    }

    for (const [what, make] of [
      ['a promise', () => Promise.resolve(undefined)],
      ['a promise that is rejected', () => Promise.reject(new Error('lost'))],
      ['a number', () => 5],
      ['what getPeerCertificate() returns', () => ({})],
      ['DER', () => Buffer.alloc(4)],
    ] as const) {
      it(`${what} is a mistake of the host that authenticates nobody`, async () => {
        const op = await startForMtls([CLIENT], withHooks({ getCertificate: make }))

        const { status, body } = await ask(op, credential)

        expect([status, body['error']]).to.deep.equal([500, 'server_error'])
        expect(String(op.serverErrors[0])).to.include('features.mTLS.getCertificate must return')
      })
    }
  })

  describe('hooks of the host', () => {
    for (const hook of ['certificateAuthorized', 'certificateSubjectMatches'] as const) {
      for (const value of [false, undefined, null, 0, '']) {
        it(`${hook} that returns ${JSON.stringify(value)} refuses`, async () => {
          const op = await startForMtls([CLIENT], withHooks({ [hook]: () => value }))

          expectRefusal(await ask(op, credential))
        })
      }

      for (const [what, make] of [
        ['a promise', () => Promise.resolve(false)],
        ['a promise that is rejected', () => Promise.reject(new Error('lost'))],
        ['text', () => 'SUCCESS'],
        ['a number', () => 1],
      ] as const) {
        it(`${hook} that returns ${what} authenticates nobody: only true is yes`, async () => {
          const op = await startForMtls([CLIENT], withHooks({ [hook]: make }))

          const { status, body } = await ask(op, credential)

          expect([status, body['error']]).to.deep.equal([500, 'server_error'])
          expect(String(op.serverErrors[0])).to.include(`features.mTLS.${hook} must return true or false`)
        })
      }
    }

    for (const hook of ['getCertificate', 'certificateAuthorized', 'certificateSubjectMatches'] as const) {
      it(`F108 F110 F111 ${hook} has to be provided: without it nobody is authenticated, and server_error says so`, async () => {
        const { [hook]: _, ...hooks } = HOOKS
        const op = await startForMtls([CLIENT], {
          clientAuthMethods: ['tls_client_auth'],
          features: { mTLS: { enabled: true, tlsClientAuth: true, ...hooks } },
        })

        const { status, body } = await ask(op, credential)

        expect([status, body['error']]).to.deep.equal([500, 'server_error'])
        expect(String(op.serverErrors[0])).to.include(`features.mTLS.${hook} function not configured`)
      })
    }

    it('M4 headers that a client can send say nothing by themselves', async () => {
      const op = await startForMtls([CLIENT], withHooks({ getCertificate: () => undefined }))
      const pem = credential.cert.replaceAll('\n', ' ')
      const names = [
        'x-ssl-cert',
        'x-ssl-client-cert',
        'x-client-cert',
        'ssl-client-cert',
        'client-cert',
        'x-forwarded-client-cert',
      ]
      const headers = Object.fromEntries(names.map((name) => [name, pem]))

      expectRefusal(await op.post('token', { grant_type: 'client_credentials', client_id: 'web' }, headers))
    })
  })

  describe('methods do not mix (RFC 6749 §2.3)', () => {
    const SECRET = 'a secret with 32 characters or so'

    it('a certificate does not help a client that authenticates by a secret', async () => {
      const client = {
        ...CLIENT,
        token_endpoint_auth_method: 'client_secret_post' as const,
        client_secret: SECRET,
      }
      const op = await startForMtls([client])

      expectRefusal(await ask(op, credential))
    })

    it('a secret does not help a client that authenticates by a certificate', async () => {
      const op = await startForMtls([{ ...CLIENT, client_secret: SECRET }])

      expectRefusal(await ask(op, credential, { client_secret: SECRET }))
    })

    it('tls_client_auth is refused while only self_signed_tls_client_auth is on, and the other way round', async () => {
      for (const [method, other] of [
        ['tls_client_auth', 'selfSignedTlsClientAuth'],
        ['self_signed_tls_client_auth', 'tlsClientAuth'],
      ] as const) {
        const started = startForMtls([], {
          clientAuthMethods: [method],
          features: {
            mTLS: { ...MTLS, tlsClientAuth: false, selfSignedTlsClientAuth: false, [other]: true },
          },
        })

        expect(String(await started.catch((error) => error))).to.include(`must not contain '${method}'`)
      }
    })
  })
})
