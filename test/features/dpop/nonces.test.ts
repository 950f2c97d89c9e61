import { expect } from 'chai'
import sinon, { type SinonFakeTimers } from 'sinon'
import {
  ask,
  codeForm,
  credentialsOf,
  forToken,
  loginWith,
  newKey,
  prove,
  proveUserinfo,
  startForDPoP,
  userinfoWith,
} from '../../support/dpop.ts'
import { type RunningProvider, stopProviders } from '../../support/start_provider.ts'

const SECRET = Buffer.alloc(32, 7)
const REQUIRED = { nonceSecret: SECRET, requireNonce: () => true }

const nonceOf = ({ headers }: { headers: Headers }): string => headers.get('dpop-nonce') ?? ''

describe('A135 DPoP nonces (RFC 9449 §8, §9)', () => {
  let clock: SinonFakeTimers | undefined
  const key = newKey()
  afterEach(async () => {
    clock?.restore()
    clock = undefined
    await stopProviders()
  })

  const at = (seconds: number): void => {
    clock ??= sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
    clock.setSystemTime(Date.now() + seconds * 1000)
  }

  const askWith = async (op: RunningProvider, nonce: unknown, claims: Record<string, unknown> = {}) =>
    ask(op, await prove(key, { ...forToken(op), nonce, ...claims }))

  async function firstNonce(op: RunningProvider): Promise<string> {
    return nonceOf(await askWith(op, undefined))
  }

  it('D21 a proof without one is refused, and the answer brings one that is accepted', async () => {
    const op = await startForDPoP({ dPoP: REQUIRED })
    const refused = await askWith(op, undefined)
    const accepted = await askWith(op, nonceOf(refused))

    expect([refused.status, refused.body['error']]).to.deep.equal([400, 'use_dpop_nonce'])
    expect(nonceOf(refused)).to.match(/^[\w-]{43}$/)
    expect(accepted.status).to.equal(200)
    expect(accepted.body['token_type']).to.equal('DPoP')
  })

  for (const [what, nonce] of [
    ['forged', 'a'.repeat(43)],
    ['empty', ''],
    ['a number', 1],
    ['null', null],
    ['a list', ['a']],
  ] as const) {
    it(`D21 one that is ${what} is refused`, async () => {
      const op = await startForDPoP({ dPoP: REQUIRED })
      const refused = await askWith(op, nonce)

      expect([refused.status, refused.body['error']]).to.deep.equal([400, 'use_dpop_nonce'])
      expect(nonceOf(refused)).not.to.equal('')
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  it('D21 one of another provider is refused, with another secret or issuer', async () => {
    const op = await startForDPoP({ dPoP: REQUIRED })
    const other = await startForDPoP(
      { dPoP: { ...REQUIRED, nonceSecret: Buffer.alloc(32, 8) } },
      { issuer: op.issuer },
    )
    const elsewhere = await startForDPoP({ dPoP: REQUIRED })
    const { pathname } = new URL(other.provider.urlFor('token'))
    const form = { ...credentialsOf('web'), grant_type: 'client_credentials' }
    const foreign = await other
      .agent()
      .post(`${other.origin}${pathname}`, form, { dpop: await prove(key, forToken(other)) })

    expect(nonceOf(foreign)).not.to.equal('')
    expect((await askWith(op, nonceOf(foreign))).body['error']).to.equal('use_dpop_nonce')
    expect((await askWith(op, await firstNonce(elsewhere))).body['error']).to.equal('use_dpop_nonce')
  })

  it('D21 at the userinfo endpoint the refusal is 401 with the challenge (§9)', async () => {
    let required = false
    const op = await startForDPoP({ dPoP: { nonceSecret: SECRET, requireNonce: () => required } })
    const token = (await loginWith(op, key)).body['access_token']
    required = true
    const refused = await userinfoWith(op, token, { dpop: await proveUserinfo(op, key, token) })
    const nonce = nonceOf(refused)
    const accepted = await userinfoWith(op, token, { dpop: await proveUserinfo(op, key, token, { nonce }) })

    expect([refused.status, refused.body['error']]).to.deep.equal([401, 'use_dpop_nonce'])
    expect(refused.headers.get('www-authenticate')).to.match(
      /^DPoP .*error="use_dpop_nonce".*algs="ES256 EdDSA"/,
    )
    expect(accepted.status).to.equal(200)
  })

  it('D21 they work at the pushed request endpoint', async () => {
    const op = await startForDPoP({ dPoP: REQUIRED })
    const htu = op.provider.urlFor('pushed_authorization_request')
    const push = async (nonce?: string) =>
      op.post(
        'pushed_authorization_request',
        {
          ...credentialsOf('web'),
          response_type: 'code',
          redirect_uri: 'https://rp.example.com/cb',
          code_challenge: 'a'.repeat(43),
          code_challenge_method: 'S256',
        },
        { dpop: await prove(key, { htm: 'POST', htu, nonce }) },
      )
    const refused = await push()

    expect([refused.status, refused.body['error']]).to.deep.equal([400, 'use_dpop_nonce'])
    expect((await push(nonceOf(refused))).status).to.equal(201)
  })

  it('D21 one that is accepted is replaced by the next in the answer, once there is one (§8.2)', async () => {
    const op = await startForDPoP({ dPoP: REQUIRED })
    at(0)
    const first = await firstNonce(op)
    expect(nonceOf(await askWith(op, first))).to.equal('')
    at(61)
    const next = await askWith(op, first)

    expect(next.status).to.equal(200)
    expect(nonceOf(next)).not.to.be.oneOf(['', first])
  })

  it('A135 one is accepted for two steps of 60 seconds after its own, and not longer', async () => {
    const op = await startForDPoP({ dPoP: REQUIRED })
    at(0)
    const nonce = await firstNonce(op)
    const outcomes: number[] = []
    for (let step = 0; step <= 4; step += 1) {
      outcomes.push((await askWith(op, nonce)).status)
      at(60)
    }

    expect(outcomes).to.deep.equal([200, 200, 200, 400, 400])
  })

  it('A135 a process whose clock is behind accepts those of the next two steps', async () => {
    const op = await startForDPoP({ dPoP: REQUIRED })
    at(120)
    const nonce = await firstNonce(op)
    at(-60)
    expect((await askWith(op, nonce)).status).to.equal(200)
    at(-60)
    expect((await askWith(op, nonce)).status).to.equal(200)
    at(-60)
    expect((await askWith(op, nonce)).status).to.equal(400)
  })

  it('A906 D22 a clock that is set back or ahead, or a process that slept, costs one more request and no more', async () => {
    const op = await startForDPoP({ dPoP: REQUIRED })
    let nonce = await firstNonce(op)
    for (const jump of [3600, -7200, 86_400, -1, 600]) {
      at(jump)
      const first = await askWith(op, nonce)
      nonce = nonceOf(first) || nonce
      const second = first.status === 200 ? first : await askWith(op, nonce)
      expect(second.status, String(jump)).to.equal(200)
    }
  })

  it('A134 with a nonce the clock of the client does not matter: iat may say anything', async () => {
    const op = await startForDPoP({ dPoP: REQUIRED })
    const nonce = await firstNonce(op)

    expect((await askWith(op, nonce, { iat: 1 })).status).to.equal(200)
    expect((await askWith(op, nonce, { iat: 99_999_999_999 })).status).to.equal(200)
    expect((await askWith(op, nonce, { iat: 'now' })).body['error']).to.equal('invalid_dpop_proof')
  })

  it('where they are handed out but not required, a proof may go without, one that holds a wrong one not', async () => {
    const op = await startForDPoP({ dPoP: { nonceSecret: SECRET } })
    const without = await askWith(op, undefined)

    expect(without.status).to.equal(200)
    expect(nonceOf(without)).not.to.equal('')
    expect((await askWith(op, nonceOf(without))).status).to.equal(200)
    expect((await askWith(op, 'a'.repeat(43))).body['error']).to.equal('use_dpop_nonce')
  })

  it('where none are handed out, one that a client remembers says nothing', async () => {
    const op = await startForDPoP()
    const { status, headers } = await askWith(op, 'of another time')

    expect(status).to.equal(200)
    expect(headers.has('dpop-nonce')).to.equal(false)
  })

  it('requireNonce is asked for each request', async () => {
    const asked: string[] = []
    const op = await startForDPoP({
      dPoP: {
        nonceSecret: SECRET,
        requireNonce: (ctx) => {
          asked.push(String(ctx.oidc.client?.clientId))
          return ctx.oidc.client?.clientId === 'bound'
        },
      },
    })

    expect((await askWith(op, undefined)).status).to.equal(200)
    const dpop = await prove(key, forToken(op))
    expect((await ask(op, dpop, 'bound')).body['error']).to.equal('use_dpop_nonce')
    expect(asked).to.deep.equal(['web', 'bound'])
  })

  for (const [what, dPoP] of [
    ['returns no boolean', { nonceSecret: SECRET, requireNonce: () => Object('yes') }],
    ['wants nonces that nothing makes', { requireNonce: () => true }],
    [
      'throws',
      {
        nonceSecret: SECRET,
        requireNonce: () => {
          throw new Error('broken')
        },
      },
    ],
  ] as const) {
    it(`A135 a requireNonce that ${what} is a failure of ours`, async () => {
      const op = await startForDPoP({ dPoP })
      const { status, body } = await askWith(op, undefined)

      expect([status, body['error']]).to.deep.equal([500, 'server_error'])
      expect(op.serverErrors).to.have.length(1)
    })
  }

  it('T10 being told to use a nonce is no failed attempt at a code', async () => {
    const op = await startForDPoP({ dPoP: REQUIRED })
    const { code, verifier } = await op.authorize()
    const send = async (nonce?: string) =>
      op.post(
        'token',
        { ...credentialsOf('web'), ...codeForm(code, verifier) },
        { dpop: await prove(key, { ...forToken(op), nonce }) },
      )
    for (let time = 0; time < 6; time += 1) await send()

    expect((await send(nonceOf(await send()))).status).to.equal(200)
  })
})

describe('D27 A035 what applications of other origins can read (RFC 9449 §8.2, Fetch standard)', () => {
  afterEach(stopProviders)
  const key = newKey()
  const ORIGIN = { origin: 'https://app.example.com' }

  const start = (dPoP: object) => startForDPoP({ dPoP: { ...dPoP }, clientBasedCORS: () => true })

  const exposed = (headers: Headers) => headers.get('access-control-expose-headers')

  const send = async (op: RunningProvider, claims: Record<string, unknown> = {}) =>
    op.post(
      'token',
      { ...credentialsOf('web'), grant_type: 'client_credentials' },
      { ...ORIGIN, dpop: await prove(key, { ...forToken(op), ...claims }) },
    )

  it('D27 DPoP-Nonce is exposed where an answer has one, refused or not', async () => {
    const op = await start(REQUIRED)
    const refused = await send(op)

    expect(exposed(refused.headers)).to.equal('WWW-Authenticate, DPoP-Nonce')
    const accepted = await send(op, { nonce: nonceOf(refused) })
    expect(accepted.status).to.equal(200)
    expect(exposed(accepted.headers)).to.equal('WWW-Authenticate')
  })

  it('D27 it is exposed nowhere else', async () => {
    const op = await start({})
    const { headers } = await send(op)

    expect(exposed(headers)).to.equal('WWW-Authenticate')
    expect(headers.has('dpop-nonce')).to.equal(false)
  })

  it('D27 at the userinfo endpoint the challenge and the nonce are', async () => {
    const op = await start({ nonceSecret: SECRET })
    const token = (await loginWith(op, key)).body['access_token']
    const { headers } = await userinfoWith(op, token, {
      ...ORIGIN,
      dpop: await proveUserinfo(op, key, token, { nonce: 'x' }),
    })

    expect(exposed(headers)).to.equal('WWW-Authenticate, DPoP-Nonce')
    expect(headers.get('access-control-allow-origin')).to.equal(ORIGIN.origin)
  })

  it('an origin that is refused learns neither', async () => {
    const op = await startForDPoP({ dPoP: REQUIRED, clientBasedCORS: () => false })
    const { headers } = await send(op)

    expect(exposed(headers)).to.equal(null)
    expect(headers.has('access-control-allow-origin')).to.equal(false)
  })

  it('a preflight allows the DPoP header', async () => {
    const op = await start({})
    const { headers } = await op.agent().request(op.provider.urlFor('token'), {
      method: 'OPTIONS',
      headers: {
        ...ORIGIN,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'dpop',
      },
    })

    expect(headers.get('access-control-allow-headers')).to.equal('dpop')
  })
})
