import { expect } from 'chai'
import { decodeJwt } from 'jose'
import type { Actor } from '../../../types/grants/grant_toolkit.ts'
import type { TrustedIssuer } from '../../../types/grants/trusted_issuer.ts'
import { type Claims, hmacKey, keyPair, now, sign } from '../../actions/client_auth/assertions.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import { stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'
import { introspect } from '../../support/token_endpoints.ts'
import {
  ACCESS_TOKEN,
  API,
  clientToken,
  EVERYTHING,
  ID_TOKEN,
  JWT,
  login,
  REFRESH_TOKEN,
  startExchange,
} from './exchanging.ts'

const ELSEWHERE = 'https://idp.example.com'

describe('F214 delegation: who acts is named (RFC 8693 §1.1, §4.1)', () => {
  afterEach(stopProviders)

  it('the new token is about the subject, and names the actor and its client', async () => {
    const { op, exchange } = await startExchange()
    const { access_token } = await login(op)
    const actor_token = await clientToken(op)
    const { body } = await exchange({
      subject_token: access_token,
      actor_token,
      actor_token_type: ACCESS_TOKEN,
    })
    const { body: told } = await introspect(op, String(body['access_token']), {}, 'web')

    expect(told).to.deep.include({
      sub: 'alice',
      client_id: 'web',
      act: { sub: 'gateway', client_id: 'gateway' },
    })
  })

  it('an actor token that does not hold is refused, also where the subject token does (§2.2.2)', async () => {
    const { op, exchange } = await startExchange()
    const { access_token, id_token } = await login(op)
    for (const [actor_token, actor_token_type] of [
      ['unknown', ACCESS_TOKEN],
      [access_token, ID_TOKEN],
      [id_token, ACCESS_TOKEN],
      ['a.b.c', JWT],
    ] as const) {
      const { status, body } = await exchange({ subject_token: access_token, actor_token, actor_token_type })
      expect([status, body['error'], body['error_description']]).to.deep.equal([
        400,
        'invalid_request',
        'actor_token is not valid',
      ])
    }
  })

  it('those who acted before are nested, the latest outermost, also through impersonation', async () => {
    const { op, exchange } = await startExchange()
    const { access_token } = await login(op)
    const first = await exchange({
      subject_token: access_token,
      actor_token: await clientToken(op),
      actor_token_type: ACCESS_TOKEN,
    })
    const second = await exchange({ subject_token: String(first.body['access_token']) })
    const third = await exchange({
      subject_token: String(second.body['access_token']),
      actor_token: await clientToken(op, 'other'),
      actor_token_type: ACCESS_TOKEN,
    })
    const tell = async (answer: typeof first) =>
      (await introspect(op, String(answer.body['access_token']), {}, 'web')).body['act']

    expect(await tell(second)).to.deep.equal({ sub: 'gateway', client_id: 'gateway' })
    expect(await tell(third)).to.deep.equal({
      sub: 'other',
      client_id: 'other',
      act: { sub: 'gateway', client_id: 'gateway' },
    })
  })

  it('a chain ends after ten: tokens do not grow for ever', async () => {
    const { op, exchange } = await startExchange()
    let { access_token: token } = await login(op)
    const actor = { actor_token: await clientToken(op), actor_token_type: ACCESS_TOKEN }
    const statuses: number[] = []
    for (let round = 0; round < 11; round += 1) {
      const { status, body } = await exchange({ subject_token: token, ...actor })
      statuses.push(status)
      token = String(body['access_token'] ?? token)
    }

    expect(statuses).to.deep.equal([...Array(10).fill(200), 400])
  })
})

describe('F214 may_act says who alone may act for a subject (RFC 8693 §4.4)', () => {
  afterEach(stopProviders)

  const startWith = (mayAct: unknown) =>
    startExchange(EVERYTHING, {
      extraTokenClaims: (_ctx, { kind }) => (kind === 'AccessToken' ? { may_act: mayAct } : undefined),
    })

  const REFUSED: readonly [what: string, mayAct: unknown][] = [
    ['another client', { sub: 'other' }],
    ['a namesake at another issuer', { sub: 'gateway', iss: ELSEWHERE }],
    ['the right client and another subject', { client_id: 'gateway', sub: 'bob' }],
    ['more than is known of the actor', { sub: 'gateway', email: 'gateway@example.com' }],
    ['nobody', {}],
    ['an issuer only', { iss: ELSEWHERE }],
    ['text', 'gateway'],
    ['a list', ['gateway']],
    ['null', null],
  ]
  for (const [what, mayAct] of REFUSED) {
    it(`${what}: the actor is refused, and so is the client without an actor`, async () => {
      const { op, exchange } = await startWith(mayAct)
      const { access_token } = await login(op)
      const actor = { actor_token: await clientToken(op), actor_token_type: ACCESS_TOKEN }

      for (const more of [actor, {}]) {
        const { body } = await exchange({ subject_token: access_token, ...more }, 'gateway')
        expect([body['error'], body['error_description']]).to.deep.equal([
          'invalid_request',
          'the subject_token names somebody else to act for its subject',
        ])
      }
    })
  }

  it('the actor that it names may act, and the client itself where it names that', async () => {
    const { op, exchange } = await startWith({ sub: 'gateway', client_id: 'gateway' })
    const { access_token } = await login(op)
    const actor = { actor_token: await clientToken(op), actor_token_type: ACCESS_TOKEN }

    expect((await exchange({ subject_token: access_token, ...actor }, 'web')).status).to.equal(200)
    expect((await exchange({ subject_token: access_token }, 'gateway')).status).to.equal(200)
    expect((await exchange({ subject_token: access_token }, 'web')).status).to.equal(400)
  })
})

describe('F214 a name in may_act counts for one issuer (RFC 8693 §4.4)', () => {
  afterEach(stopProviders)

  for (const [iss, status] of [
    [undefined, 200],
    ['ours', 200],
    [ELSEWHERE, 400],
  ] as const) {
    it(`that of the subject token, where it says nothing else: ${iss} is answered with ${status}`, async () => {
      const { op, exchange } = await startExchange(EVERYTHING, {
        extraTokenClaims: ({ oidc }, { kind }) =>
          kind === 'AccessToken'
            ? {
                may_act: {
                  sub: 'gateway',
                  ...(iss === undefined ? {} : { iss: iss === 'ours' ? oidc.issuer : iss }),
                },
              }
            : undefined,
      })
      const { access_token } = await login(op)
      const actor = { actor_token: await clientToken(op), actor_token_type: ACCESS_TOKEN }

      expect((await exchange({ subject_token: access_token, ...actor })).status).to.equal(status)
    })
  }
})

describe('F214 tokens of trusted issuers (RFC 8693 §2.1, RFC 8725 §3)', () => {
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })

  async function startTrusting(more: Partial<TrustedIssuer> = {}) {
    const { privateKey, publicJwk } = await keyPair('ES256', 'theirs')
    const issuer: TrustedIssuer = { issuer: ELSEWHERE, jwks: { keys: [{ ...publicJwk }] }, ...more }
    const started = await startExchange(
      {
        enabled: true,
        trustedIssuers: [issuer],
        policy: (_ctx, { subject }) => {
          if (subject.issuer !== ELSEWHERE) return true
          return subject.subject === 'their-alice'
            ? { accountId: 'alice', scope: 'openid' }
            : { scope: 'openid' }
        },
      },
      { allowSpecialUseAddresses: true },
    )
    const issue = (claims: Claims = {}, header: Claims = {}, key = privateKey) =>
      sign(
        {
          iss: ELSEWHERE,
          sub: 'their-alice',
          aud: started.op.issuer,
          exp: now() + 60,
          iat: now(),
          ...claims,
        },
        { alg: 'ES256', kid: 'theirs', ...header },
        key,
      )
    const ask = async (subject_token: string, subject_token_type = JWT) =>
      started.exchange({ subject_token, subject_token_type }, 'gateway')
    return { ...started, issue, ask, publicJwk }
  }

  it('a JWT of theirs gets a token of the account that the policy names, by either type', async () => {
    const { op, issue, ask } = await startTrusting()
    for (const type of [JWT, ID_TOKEN]) {
      const { status, body } = await ask(await issue(), type)
      const { body: told } = await introspect(op, String(body['access_token']), {}, 'web')

      expect([status, told['sub'], told['client_id'], told['scope']]).to.deep.equal([
        200,
        'alice',
        'gateway',
        'openid',
      ])
    }
  })

  it('their actor is named with its issuer (§4.1)', async () => {
    const { op, issue, exchange } = await startTrusting()
    const { access_token } = await login(op)
    const actor_token = await issue({ sub: 'support' })
    const { body } = await exchange({ subject_token: access_token, actor_token, actor_token_type: JWT })
    const { body: told } = await introspect(op, String(body['access_token']), {}, 'web')

    expect(told['act']).to.deep.equal({ sub: 'support', iss: ELSEWHERE } satisfies Actor)
  })

  it('each issuer is believed by its own keys, whichever place it has in the list', async () => {
    const [first, second] = await Promise.all([keyPair('ES256', 'one'), keyPair('ES256', 'two')])
    const [one, two] = ['https://one.example.com', 'https://two.example.com']
    const { op, exchange } = await startExchange({
      enabled: true,
      policy: () => ({ accountId: 'alice', scope: 'openid' }),
      trustedIssuers: [
        { issuer: one, jwks: { keys: [{ ...first.publicJwk }] } },
        { issuer: two, jwks: { keys: [{ ...second.publicJwk }] } },
      ],
    })
    const ask = async (iss: string) =>
      exchange({
        subject_token: await sign(
          { iss, sub: 'their-alice', aud: op.issuer, exp: now() + 60, iat: now() },
          { alg: 'ES256', kid: 'two' },
          second.privateKey,
        ),
        subject_token_type: JWT,
      })

    expect((await ask(two)).status).to.equal(200)
    expect((await ask(one)).body['error']).to.equal('invalid_request')
  })

  it('a subject that the policy knows no account for is refused', async () => {
    const { issue, ask } = await startTrusting()

    expect((await ask(await issue({ sub: 'stranger' }))).body['error']).to.equal('invalid_request')
  })

  const REFUSED: readonly [what: string, claims: Claims, header?: Claims][] = [
    ['another issuer', { iss: 'https://other.example.com' }],
    ['an issuer that ends in a slash', { iss: `${ELSEWHERE}/` }],
    ['another audience', { aud: 'https://other.example.com' }],
    ['no audience', { aud: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is over', { exp: now() - 60 }],
    ['an expiry that is text', { exp: String(now() + 60) }],
    ['nbf ahead', { nbf: now() + 86_400 }],
    ['iat ahead', { iat: now() + 86_400 }],
    ['no subject', { sub: undefined }],
    ['a subject that is a number', { sub: 1 }],
    ['a key that it is bound to', { cnf: { jkt: 'x' } }],
    ['an event', { events: {} }],
    ['typ at+jwt', {}, { typ: 'at+jwt' }],
    ['typ logout+jwt', {}, { typ: 'logout+jwt' }],
    ['a kid that is not there', {}, { kid: 'another' }],
  ]
  for (const [what, claims, header] of REFUSED) {
    it(`a JWT with ${what} is refused`, async () => {
      const { issue, ask, kinds } = await startTrusting()
      const { status, body } = await ask(await issue(claims, header))

      expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
      expect(kinds()).to.deep.equal([])
    })
  }

  it('a JWT that another key signed is refused, and one that nobody signed, and one by a public key as a secret', async () => {
    const { issue, ask, publicJwk } = await startTrusting()
    const { privateKey } = await keyPair('ES256')
    const [, payload = ''] = (await issue()).split('.')
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')

    for (const token of [
      await issue({}, {}, privateKey),
      await issue({}, { alg: 'HS256' }, hmacKey(JSON.stringify(publicJwk))),
      await issue({}, { alg: 'HS256' }, hmacKey()),
      `${none}.${payload}.`,
      (await issue()).slice(0, -4),
    ])
      expect((await ask(token)).body['error']).to.equal('invalid_request')
  })

  it('an algorithm that is not among theirs is refused (RFC 8725 §3.1)', async () => {
    const { issue, ask } = await startTrusting({ algorithms: ['RS256'] })

    expect((await ask(await issue())).body['error']).to.equal('invalid_request')
  })

  it('their access tokens are none of ours', async () => {
    const { issue, ask } = await startTrusting()

    expect(
      (await ask(await issue({ client_id: 'gateway' }, { typ: 'at+jwt' }), ACCESS_TOKEN)).status,
    ).to.equal(400)
    expect((await ask(await issue(), REFRESH_TOKEN)).status).to.equal(400)
  })

  it('an audience of its own replaces those of the provider', async () => {
    const { issue, ask } = await startTrusting({ audience: ['our-client-id'] })

    expect((await ask(await issue({ aud: 'our-client-id' }))).status).to.equal(200)
    expect((await ask(await issue())).status).to.equal(400)
  })

  it('keys behind a jwksUri are fetched, and a server without them refuses the token, not the provider', async () => {
    const { privateKey, publicJwk } = await keyPair('ES256', 'remote')
    let broken = true
    const { origin } = await startServer((_req, res) => {
      res.writeHead(broken ? 404 : 200, { 'content-type': 'application/jwk-set+json' })
      res.end(JSON.stringify({ keys: [publicJwk] }))
    })
    const trust = async () => {
      const { jwks: _, ...byUri } = { jwks: undefined, issuer: ELSEWHERE, jwksUri: `${origin}/jwks` }
      const started = await startExchange(
        { enabled: true, trustedIssuers: [byUri], policy: () => ({ accountId: 'alice' }) },
        { allowSpecialUseAddresses: true },
      )
      const { issuer: aud } = started.op
      const token = await sign(
        { iss: ELSEWHERE, sub: 'x', aud, exp: now() + 60 },
        { alg: 'ES256', kid: 'remote' },
        privateKey,
      )
      return (await started.exchange({ subject_token: token, subject_token_type: JWT })).status
    }
    const without = await trust()
    broken = false

    expect([without, await trust()]).to.deep.equal([400, 200])
  })

  it('a token for the API names the account here (RFC 9068 §2.2)', async () => {
    const { issue, exchange } = await startTrusting()
    const { body } = await exchange(
      { subject_token: await issue(), subject_token_type: JWT, resource: API },
      'gateway',
    )

    expect(decodeJwt(String(body['access_token']))).to.include({
      sub: 'alice',
      client_id: 'gateway',
      aud: API,
    })
  })

  for (const [what, trustedIssuers, message] of [
    ['that are no list', {}, 'must be an array'],
    ['without an issuer', [{ jwks: { keys: [] } }], '[0].issuer must be'],
    ['without keys', [{ issuer: 'x' }], '[0] must have either jwks or jwksUri'],
    [
      'with both kinds of keys',
      [{ issuer: 'x', jwks: { keys: [] }, jwksUri: 'https://x.example.com' }],
      'either',
    ],
    [
      'whose keys come by http',
      [{ issuer: 'x', jwksUri: 'http://x.example.com/jwks' }],
      '.jwksUri must be an https',
    ],
    [
      'with a private key',
      [{ issuer: 'x', jwks: { keys: [{ kty: 'oct', k: 'AA' }] } }],
      '.jwks must only contain public',
    ],
    [
      'that may leave signatures out',
      [{ issuer: 'x', jwks: { keys: [] }, algorithms: ['none'] }],
      '.algorithms must',
    ],
    [
      'that sign with a secret',
      [{ issuer: 'x', jwks: { keys: [] }, algorithms: ['HS256'] }],
      '.algorithms must',
    ],
    ['with an audience that is none', [{ issuer: 'x', jwks: { keys: [] }, audience: [] }], '.audience must'],
    [
      'that are there twice',
      [
        { issuer: 'x', jwks: { keys: [] } },
        { issuer: 'x', jwks: { keys: [] } },
      ],
      '[1].issuer is there twice',
    ],
  ] as const) {
    it(`trusted issuers ${what} stop the provider from being constructed`, async () => {
      const options: object = { enabled: true, trustedIssuers }
      const failed = await startExchange(options, { clients: [WEB_CLIENT] }).catch((error: unknown) => error)

      expect(failed).to.be.instanceOf(TypeError)
      expect(String(failed)).to.include(message).and.include('features.tokenExchange.trustedIssuers')
    })
  }
})
