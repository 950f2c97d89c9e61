import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect } from 'chai'
import type { JWK } from 'jose'
import Provider from '../../lib/index.ts'
import { attack } from '../support/invariants.ts'
import { ecPair, ed25519Pair, jwkOf, rsaPair } from '../support/key_pair.ts'
import { rawRequest } from '../support/raw_request.ts'

const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'priv', 'oth']
const SILENT = { info() {}, warn() {}, error() {} }

/** One key of every type that can sign. */
const everyKey = (): JWK[] => [
  jwkOf(rsaPair().privateKey),
  jwkOf(ecPair().privateKey),
  jwkOf(ecPair('P-384').privateKey),
  jwkOf(ecPair('P-521').privateKey),
  jwkOf(ed25519Pair().privateKey),
]

describe('discovery and keys (OpenID Connect Discovery 1.0, RFC 8414)', () => {
  for (const mountPath of ['', '/oidc', '/a/b']) {
    attack('K1', `the issuer is told byte for byte at "${mountPath}/"`, async (scene) => {
      const op = await scene.start({}, { mountPath })

      const response = await op
        .agent()
        .get(`${op.issuer}/.well-known/openid-configuration`, { 'x-forwarded-host': 'evil.example' })

      const metadata: Record<string, unknown> = { ...Object(await response.json()) }
      expect(metadata['issuer']).to.equal(op.issuer)
      for (const [name, value] of Object.entries(metadata)) {
        if (name.endsWith('_endpoint') || name.endsWith('_uri'))
          expect(String(value).startsWith(op.issuer), name).to.equal(true)
      }
    })
  }

  attack('K2', 'published keys hold public members only, for every type of key', async (scene) => {
    const op = await scene.start({ jwks: { keys: everyKey() } })

    const response = await op.agent().get('/jwks')
    const { keys }: { keys: Record<string, unknown>[] } = Object(await response.json())

    expect(keys).to.have.length(5)
    for (const key of keys) {
      for (const member of PRIVATE) expect(key, String(key['kty'])).to.not.have.property(member)
      expect(key).to.have.property('kid')
    }
  })

  attack('K4', 'a feature that is off has neither endpoint nor metadata', async (scene) => {
    const op = await scene.start({
      features: { pushedAuthorizationRequests: { enabled: false }, userinfo: { enabled: false } },
    })

    const metadata = Object(await (await op.agent().get('/.well-known/openid-configuration')).json())

    expect(metadata).to.not.have.any.keys('userinfo_endpoint', 'pushed_authorization_request_endpoint')
    expect(metadata['grant_types_supported']).to.not.include('client_credentials')
    for (const path of ['/me', '/reg', '/request', '/token/introspection', '/token/revocation'])
      expect((await op.agent().get(path)).status, path).to.equal(404)
  })

  attack(
    'K5',
    "both forms of the metadata's address serve an issuer with a path (RFC 8414 §3.1)",
    async (scene) => {
      const op = await scene.start()
      const provider = new Provider(`${op.origin}/tenant`, { logger: SILENT })
      const server = createServer(provider.callback()).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0

      for (const path of [
        '/tenant/.well-known/openid-configuration',
        '/.well-known/oauth-authorization-server/tenant',
      ]) {
        const response = await fetch(`http://127.0.0.1:${port}${path}`)
        expect(Object(await response.json()), path).to.include({ issuer: `${op.origin}/tenant` })
      }
      server.close()
      server.closeAllConnections()
    },
  )

  attack('K7', 'two keys with one kid stop the provider from being constructed', async () => {
    const [first, second] = everyKey()
    const keys = [
      { ...first, kid: 'one' },
      { ...second, kid: 'one' },
    ]

    expect(() => new Provider('https://op.example.com', { logger: SILENT, jwks: { keys } })).to.throw(
      TypeError,
    )
  })

  for (const path of ['/jwks', '/.well-known/openid-configuration']) {
    attack('K8', `${path} may be kept, asked for again cheaply, and read by anyone`, async (scene) => {
      const op = await scene.start()

      const first = await op.agent().get(path, { origin: 'https://anyone.example' })
      const again = await rawRequest(
        op.origin,
        `GET ${path} HTTP/1.1
Host: HOST
Connection: close
If-None-Match: ${first.headers.get('etag')}

`,
      )

      expect(first.headers.get('cache-control')).to.match(/^public, max-age=\d+$/)
      expect(first.headers.get('access-control-allow-origin')).to.equal('*')
      expect(first.headers.get('access-control-allow-credentials')).to.equal(null)
      expect(again.status).to.equal(304)
    })
  }
})
