import { expect } from 'chai'
import type { Configuration } from '../../types/configuration.ts'
import { REDIRECT_URI, startProvider, stopProviders } from '../support/start_provider.ts'

const circle: Record<string, unknown> = {}
circle['self'] = circle

/** What JSON cannot hold. */
const UNWRITABLE: readonly (readonly [string, unknown])[] = [
  ['a BigInt', 1n],
  ['a circle', circle],
  [
    'a toJSON that throws',
    {
      toJSON() {
        throw new Error('private text of the host')
      },
    },
  ],
]

const withClaim = (value: unknown): Configuration => ({
  claims: { openid: ['sub', 'odd'] },
  findAccount: (_ctx, accountId) => ({
    accountId,
    claims: (use) => ({ sub: accountId, ...(use === 'userinfo' ? { odd: Object(value) } : {}) }),
  }),
})

describe('documents that anybody may read (Fetch standard, CORS protocol)', () => {
  afterEach(stopProviders)

  for (const route of ['discovery', 'authorization_server_metadata', 'jwks']) {
    it(`${route} allows every origin also where none asks: caches hand it on`, async () => {
      const op = await startProvider()

      const { headers } = await op.agent().get(op.provider.urlFor(route))

      expect(headers.get('access-control-allow-origin')).to.equal('*')
      expect(headers.get('cache-control')).to.include('public')
    })
  }
})

describe("the issuer's own origin (Fetch standard, origin header)", () => {
  afterEach(stopProviders)

  it('is not another origin: clientBasedCORS is not asked', async () => {
    const op = await startProvider({
      clientBasedCORS: () => {
        throw new Error('asked')
      },
    })
    const { code, verifier } = await op.authorize()

    const form = {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
    }
    const { status, headers } = await op.token(form, { origin: op.origin })

    expect(status).to.equal(200)
    expect(headers.get('access-control-allow-origin')).to.equal(null)
  })
})

describe('a preflight (Fetch standard, CORS-preflight fetch)', () => {
  afterEach(stopProviders)

  const ask = async (list: string) => {
    const op = await startProvider()
    const response = await fetch(op.provider.urlFor('token'), {
      method: 'OPTIONS',
      headers: {
        origin: 'https://spa.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': list,
      },
    })
    return response.headers.get('access-control-allow-headers')
  }

  it('repeats the headers that are asked for', async () => {
    expect(await ask('authorization,x-trace')).to.equal('authorization,x-trace')
  })

  it('does not repeat a list longer than 1 KiB', async () => {
    expect(await ask(`x-${'y'.repeat(1024)}`)).to.equal(null)
  })
})

describe('paths (RFC 3986 §6.2.2.1)', () => {
  afterEach(stopProviders)

  for (const path of ['/TOKEN', '/Auth', '/.well-known/OpenID-Configuration', '/JWKS']) {
    it(`are case-sensitive: there is no ${path}`, async () => {
      const op = await startProvider()

      expect((await op.agent().get(path)).status).to.equal(404)
    })
  }
})

describe('what JSON cannot hold (RFC 8259 §3)', () => {
  afterEach(stopProviders)

  for (const [what, value] of UNWRITABLE) {
    it(`${what} among the claims of UserInfo is a server_error with its event`, async () => {
      const op = await startProvider(withClaim(value))
      const { body: tokens } = await op.login()

      const { status, body, headers } = await op.userinfo(tokens['access_token'])

      expect(status).to.equal(500)
      expect(headers.get('content-type')).to.include('application/json')
      expect(body).to.deep.equal({ error: 'server_error', error_description: 'oops! something went wrong' })
      expect(op.serverErrors).to.have.length(1)
    })

    it(`${what} among the claims of an ID Token is a server_error with its event, no outage`, async () => {
      const op = await startProvider({
        conformIdTokenClaims: false,
        claims: { openid: ['sub', 'odd'] },
        findAccount: (_ctx, accountId) => ({
          accountId,
          claims: (use) => ({ sub: accountId, ...(use === 'id_token' ? { odd: Object(value) } : {}) }),
        }),
      })
      const { code, verifier } = await op.authorize()

      const { status, body } = await op.exchange(code, verifier)

      expect(status).to.equal(500)
      expect(body).to.deep.equal({ error: 'server_error', error_description: 'oops! something went wrong' })
      expect(op.serverErrors).to.have.length(1)
    })

    for (const accessTokenFormat of ['opaque', 'jwt'] as const) {
      it(`${what} from extraTokenClaims (${accessTokenFormat}) is a server_error with its event, and uses up no code`, async () => {
        let extra: Record<string, unknown> = { odd: value }
        const op = await startProvider({
          extraTokenClaims: () => extra,
          features: {
            resourceIndicators: {
              enabled: true,
              defaultResource: () => 'urn:api',
              useGrantedResource: () => true,
              getResourceServerInfo: () => ({ scope: '', accessTokenFormat }),
            },
          },
        })
        const { code, verifier } = await op.authorize()

        const { status, body } = await op.exchange(code, verifier)
        extra = {}

        expect(status).to.equal(500)
        expect(body['error']).to.equal('server_error')
        expect(op.serverErrors).to.have.length(1)
        expect((await op.exchange(code, verifier)).status).to.equal(200)
      })
    }

    it(`${what} in the answer of a grant type of the host's is a server_error with its event`, async () => {
      const client = { client_id: 'c', token_endpoint_auth_method: 'none', grant_types: ['urn:x'] } as const
      const op = await startProvider({
        clients: [{ ...client, grant_types: ['urn:x'], redirect_uris: [], response_types: [] }],
      })
      op.provider.registerGrantType('urn:x', (ctx) => {
        ctx.body = { odd: value }
      })

      const { status, body } = await op.token({ grant_type: 'urn:x' })

      expect(status).to.equal(500)
      expect(body['error']).to.equal('server_error')
      expect(op.serverErrors).to.have.length(1)
    })
  }
})

describe('interactions.url', () => {
  afterEach(stopProviders)

  for (const [what, url] of [
    ['undefined', undefined],
    ['an empty text', ''],
    ['an object', {}],
    ['what is no URL', 'http://['],
    ['what no browser goes to', 'javascript:alert(1)'],
  ] as const) {
    it(`that returns ${what} is a server_error that names the option`, async () => {
      const op = await startProvider({ ...Object({ interactions: { url: () => url } }) })

      const { location } = await op.authorize()

      expect(location).to.match(/[?&]error=server_error/)
      expect(String(op.serverErrors[0])).to.include('interactions.url must return')
    })
  }
})
