import { expect } from 'chai'
import sinon from 'sinon'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import {
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'

const CUSTOM = 'urn:example:grant'
const SECRET = String(WEB_CLIENT.client_secret)
const OTHER: ClientMetadata = { ...WEB_CLIENT, client_id: 'other' }
const CUSTOM_CLIENT: ClientMetadata = {
  ...WEB_CLIENT,
  grant_types: ['authorization_code', 'refresh_token', CUSTOM],
}
const API = 'https://api.example.com/'
const BOOK = 'https://books.example.com/'

const isContext = (value: unknown): value is KoaContextWithOIDC => Reflect.has(Object(value), 'oidc')

/** Parameters that the endpoint understood, of the requests from now on. */
function understood(op: RunningProvider): Record<string, unknown>[] {
  const seen: Record<string, unknown>[] = []
  for (const event of ['grant.success', 'grant.error'] as const) {
    op.provider.on(event, (ctx: unknown) => {
      if (isContext(ctx)) seen.push({ ...ctx.oidc.params })
    })
  }
  return seen
}

/** Posts pairs, which may repeat. */
const send = (op: RunningProvider, pairs: readonly (readonly [string, string])[]) => {
  const form = new URLSearchParams([
    ['client_id', 'web'],
    ['client_secret', SECRET],
  ])
  for (const [name, value] of pairs) form.append(name, value)
  return op.post('token', form.toString())
}

describe('A121 grant_type (RFC 6749 §3.2, §5.2)', () => {
  afterEach(stopProviders)

  for (const name of ['implicit', 'urn:example:unknown', 'password', '__proto__']) {
    it(`A121 ${name} is unsupported_grant_type, though it comes from a client that may not use it either`, async () => {
      const op = await startProvider()
      const { status, body } = await op.token({ grant_type: name })

      expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'unsupported_grant_type' })
    })
  }

  it('F208 A121 implicit is unsupported_grant_type for a client that registered it', async () => {
    const client: ClientMetadata = {
      ...WEB_CLIENT,
      grant_types: ['implicit', 'authorization_code'],
      response_types: ['code id_token'],
    }
    const op = await startProvider({ clients: [client] })

    expect((await op.token({ grant_type: 'implicit' })).body['error']).to.equal('unsupported_grant_type')
  })

  it('A121 one that the client did not register is unauthorized_client', async () => {
    const client: ClientMetadata = { ...WEB_CLIENT, grant_types: ['authorization_code'] }
    const op = await startProvider({ clients: [client], features: { clientCredentials: { enabled: true } } })

    for (const grant_type of ['refresh_token', 'client_credentials']) {
      const { status, body } = await op.token({ grant_type })
      expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'unauthorized_client' })
    }
  })

  it('A121 parameters of other grants, and unknown ones, are left out', async () => {
    const op = await startProvider()
    const { code, verifier } = await op.authorize()
    const seen = understood(op)
    const foreign = { refresh_token: 'x', scope: 'openid', device_code: 'x', own: 'x' }
    const { status } = await op.exchange(code, verifier, foreign)

    expect(status).to.equal(200)
    expect(Object.keys(seen[0] ?? {}).filter((name) => name in foreign)).to.deep.equal([])
  })

  for (const [name, expected] of [
    ['refresh_token', 400],
    ['nobody_knows_it', 200],
  ] as const) {
    it(`A121 ${name}, which the grant does not know, sent twice is answered ${expected} (RFC 6749 §3.2)`, async () => {
      const op = await startProvider()
      const { code, verifier } = await op.authorize()
      const { status } = await send(op, [
        ['grant_type', 'authorization_code'],
        ['code', code],
        ['code_verifier', verifier],
        ['redirect_uri', 'https://rp.example.com/cb'],
        [name, 'a'],
        [name, 'b'],
      ])

      expect(status).to.equal(expected)
    })
  }

  for (const name of [
    'grant_type',
    'client_id',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
  ]) {
    it(`A121 ${name} never repeats, not even where a grant type of the host allows it`, async () => {
      const op = await startProvider({ clients: [CUSTOM_CLIENT] })
      let asked = 0
      op.provider.registerGrantType(CUSTOM, () => void asked++, [], [name])
      const values = new Map([
        ['grant_type', CUSTOM],
        ['client_id', 'web'],
        ['client_secret', SECRET],
      ])
      const value = values.get(name) ?? 'x'
      const twice = name === 'client_id' || name === 'client_secret' ? [] : [[name, value] as const]
      const grant = name === 'grant_type' ? [] : [['grant_type', CUSTOM] as const]
      const { status, body } = await send(op, [...grant, ...twice, [name, value]])

      expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'invalid_request' })
      expect(asked).to.equal(0)
    })
  }
})

describe('A122 registerGrantType (RFC 6749 §4.5)', () => {
  afterEach(stopProviders)

  for (const [title, params] of [
    ['a string', 'one'],
    ['an array', ['one']],
    ['a Set', new Set(['one'])],
  ] as const) {
    it(`A122 takes its parameters as ${title}, and those that may repeat too`, async () => {
      const op = await startProvider({ clients: [CUSTOM_CLIENT] })
      const dupes = typeof params === 'string' ? 'many' : params instanceof Set ? new Set(['many']) : ['many']
      const given: unknown[] = []
      op.provider.registerGrantType(
        CUSTOM,
        (ctx) => {
          given.push(ctx.oidc.client?.clientId, ctx.oidc.params)
          ctx.body = { done: true }
        },
        params,
        dupes,
      )
      const { status, body } = await send(op, [
        ['grant_type', CUSTOM],
        ['one', '1'],
        ['many', '2'],
        ['many', '3'],
        ['other', '4'],
      ])

      expect({ status, body }).to.deep.equal({ status: 200, body: { done: true } })
      expect(given[0]).to.equal('web')
      expect(given[1]).to.deep.include({ one: '1', many: ['2', '3'] })
      expect(given[1]).not.to.have.property('other')
    })
  }

  it('A122 refuses a parameter that repeats and must not', async () => {
    const op = await startProvider({ clients: [CUSTOM_CLIENT] })
    let asked = 0
    op.provider.registerGrantType(CUSTOM, () => void asked++, ['one'])
    const { body } = await send(op, [
      ['grant_type', CUSTOM],
      ['one', '1'],
      ['one', '1'],
    ])

    expect(body['error']).to.equal('invalid_request')
    expect(asked).to.equal(0)
  })

  it('A122 is satisfied without parameters', async () => {
    const op = await startProvider({ clients: [CUSTOM_CLIENT] })
    op.provider.registerGrantType(CUSTOM, (ctx) => {
      ctx.body = Object.keys(ctx.oidc.params ?? {}).includes('one') ? { one: true } : { one: false }
    })

    expect((await op.token({ grant_type: CUSTOM, one: '1' })).body).to.deep.equal({ one: false })
  })

  it('A122 F271 takes null for no parameters', async () => {
    const op = await startProvider({ clients: [CUSTOM_CLIENT] })
    op.provider.registerGrantType(
      CUSTOM,
      (ctx) => {
        ctx.body = { done: true }
      },
      null,
      null,
    )

    expect((await op.token({ grant_type: CUSTOM })).body).to.deep.equal({ done: true })
  })

  it('A122 may take the place of a built-in grant type', async () => {
    const op = await startProvider()
    op.provider.registerGrantType(
      'refresh_token',
      (ctx) => {
        ctx.body = { mine: ctx.oidc.params?.['refresh_token'] }
      },
      'refresh_token',
    )

    expect((await op.refresh('anything')).body).to.deep.equal({ mine: 'anything' })
  })

  for (const [title, args] of [
    ['an empty name', ['', () => undefined]],
    ['no handler', [CUSTOM]],
    ['a handler that is no function', [CUSTOM, {}]],
    ['a parameter without a name', [CUSTOM, () => undefined, ['']]],
    ['a parameter that is no string', [CUSTOM, () => undefined, [], [1]]],
  ] as const) {
    it(`A122 refuses ${title}`, async () => {
      const { provider } = await startProvider()

      expect(() => Reflect.apply(provider.registerGrantType, provider, [...args])).to.throw(TypeError)
    })
  }
})

describe('A123 resource at the token endpoint (RFC 8707 §2.2)', () => {
  afterEach(stopProviders)

  const configuration = (enabled: boolean): Configuration => ({
    clients: [{ ...WEB_CLIENT, grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] }],
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled,
        getResourceServerInfo: () => ({ scope: 'read', audience: 'api', accessTokenFormat: 'opaque' }),
      },
    },
  })
  const REQUEST: Record<string, string> = { scope: 'openid offline_access', prompt: 'consent' }

  /** A request of each built-in grant type, which is good without resources. */
  const requests: Readonly<
    Record<string, (op: RunningProvider, resource: Record<string, string>) => Promise<[string, string][]>>
  > = {
    async authorization_code(op, resource) {
      const { code, verifier } = await op.authorize({ ...REQUEST, ...resource })
      return [
        ['code', code],
        ['code_verifier', verifier],
        ['redirect_uri', 'https://rp.example.com/cb'],
      ]
    },
    async refresh_token(op, resource) {
      const { body } = await op.login({ ...REQUEST, ...resource })
      return [['refresh_token', String(body['refresh_token'])]]
    },
    client_credentials: async () => [],
  }

  for (const [grantType, prepare] of Object.entries(requests)) {
    it(`A123 ${grantType} takes one`, async () => {
      const op = await startProvider(configuration(true))
      const pairs = await prepare(op, { resource: API })
      const seen = understood(op)
      const { status, body } = await send(op, [['grant_type', grantType], ...pairs, ['resource', API]])
      const kind =
        grantType === 'client_credentials' ? op.provider.ClientCredentials : op.provider.AccessToken
      const token = await kind.find(String(body['access_token']))

      expect(status).to.equal(200)
      expect(seen[0]?.['resource']).to.equal(API)
      expect(token?.aud).to.equal('api')
    })

    it(`A123 ${grantType} reads all that are sent, and refuses several by invalid_target`, async () => {
      const op = await startProvider(configuration(true))
      const pairs = await prepare(op, { resource: API })
      const seen = understood(op)
      const { status, body } = await send(op, [
        ['grant_type', grantType],
        ...pairs,
        ['resource', API],
        ['resource', BOOK],
      ])

      expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'invalid_target' })
      expect(seen[0]?.['resource']).to.deep.equal([API, BOOK])
    })

    it(`A123 ${grantType} ignores it while resourceIndicators is off`, async () => {
      const op = await startProvider(configuration(false))
      const pairs = await prepare(op, {})
      const seen = understood(op)
      const { status } = await send(op, [
        ['grant_type', grantType],
        ...pairs,
        ['resource', API],
        ['resource', BOOK],
      ])

      expect(status).to.equal(200)
      expect(seen[0]).not.to.have.property('resource')
    })
  }
})

describe('A124 the order of checks at a code exchange (RFC 6749 §4.1.3, RFC 7636 §4.6)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  /** Each fault, and what it is refused with when no earlier one is there. */
  const FAULTS: readonly [fault: string, detail: string][] = [
    ['missing', "missing required parameter 'code'"],
    ['unknown', 'authorization code not found'],
    ['foreign', 'client mismatch'],
    ['expired', 'authorization code is expired'],
    ['groundless', 'grant not found'],
    ['unproven', 'code_verifier does not fit the code_challenge'],
    ['elsewhere', 'authorization code redirect_uri mismatch'],
    ['consumed', 'authorization code already consumed'],
  ]

  async function attempt(faults: ReadonlySet<string>) {
    // This storage keeps what has expired.
    const op = await startProvider({ clients: [WEB_CLIENT, OTHER], adapter: mapAdapter() })
    const { code, verifier } = await op.authorize()
    const stored = await op.provider.AuthorizationCode.find(code)
    const grant = await op.provider.Grant.find(stored?.grantId ?? '')
    if (faults.has('consumed')) await stored?.consume()
    if (faults.has('groundless')) await grant?.destroy()
    if (faults.has('expired')) sinon.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] })
    const refused = op.nextError('grant.error')
    const answer = await op.exchange(
      faults.has('missing') ? '' : faults.has('unknown') ? 'x'.repeat(43) : code,
      faults.has('unproven') ? 'x'.repeat(43) : verifier,
      {
        ...(faults.has('foreign') ? { client_id: 'other' } : {}),
        ...(faults.has('elsewhere') ? { redirect_uri: 'https://rp.example.com/elsewhere' } : {}),
      },
    )
    const { error_detail, error_description } = await refused
    return { status: answer.status, reason: error_detail ?? error_description, op, grant }
  }

  for (const [index, [fault, detail]] of FAULTS.entries()) {
    const later = FAULTS.slice(index).map(([name]) => name)
    it(`A124 a code that is ${later.join(', ')} is refused as ${fault}`, async () => {
      const { status, reason } = await attempt(new Set(later))

      expect(status).to.equal(400)
      expect(reason).to.equal(detail)
    })
  }

  it('A124 a consumed code that comes without its proof revokes nothing: who sends it is not its client', async () => {
    const { op, grant } = await attempt(new Set(['unproven', 'consumed']))

    expect(await op.provider.Grant.find(grant?.jti ?? '')).not.to.equal(undefined)
  })
})

describe('A129 issueRefreshToken (OpenID Connect Core 1.0 §11)', () => {
  afterEach(stopProviders)

  it('A129 decides, and is told the client and the code', async () => {
    for (const decision of [true, false]) {
      const calls: unknown[][] = []
      const op = await startProvider({
        issueRefreshToken: async (ctx, client, code) => {
          calls.push([isContext(ctx), client.clientId, code.kind, [...code.scopes]])
          return decision
        },
      })
      const offline = decision ? {} : { scope: 'openid offline_access', prompt: 'consent' }
      const { status, body } = await op.login(offline)

      expect(status).to.equal(200)
      expect('refresh_token' in body).to.equal(decision)
      expect(calls).to.deep.equal([
        [true, 'web', 'AuthorizationCode', decision ? ['openid'] : ['openid', 'offline_access']],
      ])
    }
  })

  it('A129 by default wants offline_access', async () => {
    const op = await startProvider()

    expect((await op.login()).body).not.to.have.property('refresh_token')
    expect((await op.login({ scope: 'openid offline_access', prompt: 'consent' })).body).to.have.property(
      'refresh_token',
    )
  })

  it('A129 by default wants a client that may use the grant type', async () => {
    const op = await startProvider({ clients: [{ ...WEB_CLIENT, grant_types: ['authorization_code'] }] })
    const { body } = await op.login({ scope: 'openid offline_access', prompt: 'consent' })

    expect(body).to.have.property('access_token')
    expect(body).not.to.have.property('refresh_token')
  })
})
