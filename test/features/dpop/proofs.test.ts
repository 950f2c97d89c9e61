import { expect } from 'chai'
import sinon, { type SinonFakeTimers } from 'sinon'
import { epochTime } from '../../../lib/helpers/epoch_time.ts'
import { ask, forToken, type HeldKey, newKey, prove, rsaKey, startForDPoP } from '../../support/dpop.ts'
import { rawRequest } from '../../support/raw_request.ts'
import {
  type RunningProvider,
  stopProviders,
  type TokenAnswer,
  WEB_CLIENT,
} from '../../support/start_provider.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('A134 DPoP proofs at the token endpoint (RFC 9449 §4.3)', () => {
  let op: RunningProvider
  const key = newKey()
  const large = rsaKey('RS256', 2048)
  before(async () => {
    op = await startForDPoP({
      enabledJWA: { dPoPSigningAlgValues: ['ES256', 'EdDSA', 'RS256', 'PS256', 'ES384'] },
    })
  })
  after(stopProviders)

  const proof = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, by = key) =>
    prove(by, { ...forToken(op), ...claims }, header)

  /** Sends these lines as they are. */
  function askRaw(lines: readonly string[], host = 'HOST') {
    const form = new URLSearchParams({
      client_id: 'web',
      client_secret: WEB_CLIENT.client_secret ?? '',
      grant_type: 'client_credentials',
    }).toString()
    const head = [
      `POST ${new URL(op.provider.urlFor('token')).pathname} HTTP/1.1`,
      `Host: ${host}`,
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${form.length}`,
      'Connection: close',
      ...lines,
    ]
    return rawRequest(op.origin, `${head.join('\n')}\n\n${form}`)
  }

  function expectRefused({ status, body }: TokenAnswer, reason = ''): void {
    expect(body).to.include({ error: 'invalid_dpop_proof' })
    expect(body['error_description']).to.include(reason)
    expect(status).to.equal(400)
    expect(op.serverErrors).to.deep.equal([])
  }

  it('are accepted, and the token is bound to their key (§5, §6)', async () => {
    const { status, body } = await ask(op, await proof())
    const token = await op.provider.ClientCredentials.find(String(body['access_token']))

    expect(status).to.equal(200)
    expect(body['token_type']).to.equal('DPoP')
    expect(token?.jkt).to.equal(key.jkt)
  })

  for (const [alg, by] of [
    ['EdDSA', newKey('EdDSA')],
    ['RS256', large],
    ['PS256', { ...large, alg: 'PS256' }],
  ] as const) {
    it(`may be signed with ${alg} (§5.1)`, async () => {
      expect((await ask(op, await proof({}, {}, by))).body['token_type']).to.equal('DPoP')
    })
  }

  it('D1 two DPoP headers are refused (§4.3-1)', async () => {
    for (const second of [await proof(), '', 'x']) {
      const { status, body } = await askRaw([`DPoP: ${await proof()}`, `DPoP: ${second}`])
      expect(status).to.equal(400)
      expect(body).to.include('"error":"invalid_dpop_proof"')
    }
  })

  it('D2 what is not a JWT in three parts is refused, an empty header as well', async () => {
    const [header = '', payload = '', signature = ''] = (await proof()).split('.')
    for (const sent of [
      '',
      'x',
      'not a JWT',
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `${header}..${signature}`,
      `.${payload}.${signature}`,
      `${header}.${payload}.${signature}.`,
      `${header}.${payload}.${signature}.${payload}.${signature}`,
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}=.${signature}`,
      `${encode([])}.${payload}.${signature}`,
      `${header}.${encode([])}.${signature}`,
      `${header}.${Buffer.from('{').toString('base64url')}.${signature}`,
      `${header}.${payload}.${signature}${'A'.repeat(9000)}`,
    ]) {
      expectRefused(await ask(op, sent))
    }
  })

  it('D2 so they are where the key is known already', async () => {
    await ask(op, await proof())
    const [header = '', payload = '', signature = ''] = (await proof()).split('.')
    for (const sent of [
      `${header}.${payload}`,
      `${header}.${payload}.`,
      `${header}.${payload}=.${signature}`,
      `${header}.${payload}.${signature}=`,
      `${header}.${payload}.${signature}.`,
      `${header}.${encode(1)}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -4)}`,
    ]) {
      expectRefused(await ask(op, sent))
    }
  })

  for (const typ of [undefined, 'JWT', 'dpop', 'DPOP+JWT', 'application/dpop+jwt', 1]) {
    it(`typ ${typ} is refused (§4.3-4)`, async () => {
      expectRefused(await ask(op, await proof({}, { typ })), 'typ')
    })
  }

  for (const [alg, what] of [
    ['none', 'alg none'],
    ['HS256', 'a secret for a key'],
    ['RS512', 'one that is not listed'],
    ['toString', 'a name of no algorithm'],
    ['', 'an empty one'],
    [undefined, 'none at all'],
    ['EdDSA', 'one of another kind of key'],
    ['ES384', 'one of another curve'],
  ] as const) {
    it(`D4 ${what} as alg is refused (§4.3-5)`, async () => {
      const [, payload = '', signature = ''] = (await proof()).split('.')
      const header = encode({ typ: 'dpop+jwt', jwk: key.jwk, alg })
      expectRefused(await ask(op, `${header}.${payload}.${signature}`))
    })
  }

  it('D4 a key that was made for another algorithm or use is refused (RFC 7517 §4.2–§4.4)', async () => {
    for (const member of [{ alg: 'RS256' }, { use: 'enc' }, { key_ops: ['sign'] }]) {
      expectRefused(await ask(op, await proof({}, { jwk: { ...key.jwk, ...member } })), 'jwk')
    }
  })

  it('D4 a header that uses extensions is refused (RFC 7515 §4.1.11)', async () => {
    expectRefused(await ask(op, await proof({}, { crit: ['exp'], exp: 1 })))
    expectRefused(await ask(op, await proof({}, { b64: true })))
  })

  const off = { ...key.jwk, y: key.jwk['x'] }
  const { n, e } = large.jwk
  for (const [what, jwk] of [
    ['none', undefined],
    ['null', null],
    ['text', 'key'],
    ['a list', [key.jwk]],
    ['one without members', {}],
    ['the private one', { ...key.privateKey.export({ format: 'jwk' }) }],
    ['a secret', { kty: 'oct', k: 'c2VjcmV0' }],
    ['an RSA key of 1024 bits', rsaKey('RS256', 1024).jwk],
    ['an RSA key of more than 8192 bits', { kty: 'RSA', n: `_${'A'.repeat(1500)}`, e }],
    ['an RSA key with a large exponent', { kty: 'RSA', n, e: Buffer.alloc(9, 255).toString('base64url') }],
    ['a point that is not on its curve', off],
    ['an incomplete one', { kty: 'EC', crv: 'P-256', x: key.jwk['x'] }],
    ['one of a kind that nobody knows', { ...key.jwk, kty: 'XYZ' }],
    ['one on a curve that nobody knows', { ...key.jwk, crv: 'P-257' }],
    ['one that inherits', JSON.parse('{"__proto__":{"kty":"EC"}}')],
  ] as const) {
    it(`D5 ${what} as jwk is refused (§4.3-7)`, async () => {
      expectRefused(await ask(op, await proof({}, { jwk })))
    })
  }

  it('D5 a key that is spelled another way is refused: it would have two thumbprints (RFC 7638 §3)', async () => {
    const padded = {
      ...large.jwk,
      n: Buffer.from(`\0${Buffer.from(String(n), 'base64url').toString('latin1')}`, 'latin1').toString(
        'base64url',
      ),
    }
    expectRefused(await ask(op, await proof({}, { jwk: padded }, large)), 'jwk')
    expectRefused(await ask(op, await proof({}, { jwk: { ...large.jwk, e: 'AAEAAQ' } }, large)), 'jwk')
    const x = String(key.jwk['x'])
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const next = last[last.indexOf(x.at(-1) ?? '') + 1] ?? 'A'
    expectRefused(await ask(op, await proof({}, { jwk: { ...key.jwk, x: x.slice(0, -1) + next } })))
  })

  it('a signature by another key is refused, also where that key is known (§4.3-6)', async () => {
    const thief: HeldKey = { ...newKey(), jwk: key.jwk }
    expectRefused(await ask(op, await proof({}, {}, thief)), 'signature')
    await ask(op, await proof())
    expectRefused(await ask(op, await proof({}, {}, thief)), 'signature')
  })

  it('a payload that was changed is refused (§4.3-6)', async () => {
    const [header = '', , signature = ''] = (await proof()).split('.')
    const payload = encode({ ...forToken(op), jti: 'other', iat: epochTime() })
    expectRefused(await ask(op, `${header}.${payload}.${signature}`), 'signature')
  })

  for (const [what, jti] of [
    ['none', undefined],
    ['an empty one', ''],
    ['a number', 1],
    ['one of 257 characters', 'a'.repeat(257)],
  ] as const) {
    it(`D7 ${what} as jti is refused (§4.2)`, async () => {
      expectRefused(await ask(op, await proof({ jti })), 'jti')
    })
  }

  for (const htm of [undefined, 'GET', 'post', 'POST ', ['POST']]) {
    it(`D8 ${JSON.stringify(htm)} as htm is refused (§4.3-8)`, async () => {
      expectRefused(await ask(op, await proof({ htm })), 'htm')
    })
  }

  it('D10 an htu is the same in any of its forms (§4.3-9, RFC 3986 §6.2.2, §6.2.3)', async () => {
    const url = new URL(op.provider.urlFor('token'))
    for (const htu of [
      `${url.href}?a=b`,
      `${url.href}#fragment`,
      `${url.href}?`,
      url.href.replace('http:', 'HTTP:'),
      url.href.replace('/token', '/%74oken'),
      url.href.replace('/token', '/x/../token'),
      url.href.replace('/token', '/%2E/token'),
    ]) {
      expect((await ask(op, await proof({ htu }))).status, htu).to.equal(200)
    }
  })

  it('H7 an htu for another place is refused, whatever Host says (§4.3-9)', async () => {
    const url = new URL(op.provider.urlFor('token'))
    for (const htu of [
      undefined,
      1,
      '',
      url.pathname,
      `//${url.host}${url.pathname}`,
      'https://evil.example/token',
      url.href.replace('http:', 'https:'),
      `${url.href}/`,
      url.href.toUpperCase(),
      url.href.replace('//', '//user@'),
      url.href.replace('/token', '/userinfo'),
      url.href.replace('/token', '//token'),
      url.href.replace('/token', '/%2Ftoken'),
      url.href.replaceAll('/', '\\'),
      ` ${url.href}`,
      `${url.href}\n`,
      `${url.href}?${'a'.repeat(2048)}`,
    ]) {
      expectRefused(await ask(op, await proof({ htu })), 'htu')
    }
    const sent = await proof({ htu: 'http://evil.example/token' })
    const { body } = await askRaw([`DPoP: ${sent}`], 'evil.example')
    expect(body).to.include('"error":"invalid_dpop_proof"')
  })

  for (const [what, offset] of [
    ['an hour ago', -3600],
    ['an hour ahead', 3600],
    ['longer ago than a proof lives', -330],
    ['two minutes ahead', 120],
  ] as const) {
    it(`D11 an iat of ${what} is refused (§4.3-11)`, async () => {
      expectRefused(await ask(op, await proof({ iat: epochTime() + offset })), 'iat')
    })
  }

  it('D11 a proof is accepted in the last second of its five minutes, and not in the next (§11.1)', async () => {
    const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
    const sent = await proof({ iat: epochTime() })
    const later = await proof({ iat: epochTime() })
    clock.tick(315_000)
    const last = await ask(op, sent)
    clock.tick(1000)
    const after = await ask(op, later)
    clock.restore()

    expect(last.status).to.equal(200)
    expectRefused(after, 'iat')
  })

  for (const iat of [undefined, '1700000000', null, [], true]) {
    it(`D11 ${JSON.stringify(iat)} as iat is refused (§4.2)`, async () => {
      expectRefused(await ask(op, await proof({ iat })), 'iat')
    })
  }

  for (const offset of [-10, 10, -290, 50]) {
    it(`D11 an iat ${offset} seconds from now is accepted (FAPI 2.0 Security Profile §5.3.2.1)`, async () => {
      expect((await ask(op, await proof({ iat: epochTime() + offset }))).status).to.equal(200)
    })
  }

  for (const [what, claims] of [
    ['an exp in the past', { exp: epochTime() - 60 }],
    ['an exp that is text', { exp: '9999999999' }],
    ['an nbf in the future', { nbf: epochTime() + 600 }],
    ['an nbf that is text', { nbf: '0' }],
  ] as const) {
    it(`D12 ${what} is refused (RFC 7519 §4.1)`, async () => {
      expectRefused(await ask(op, await proof(claims)))
    })
  }

  it('D12 exp and nbf that hold change nothing', async () => {
    const now = epochTime()
    expect((await ask(op, await proof({ exp: now + 60, nbf: now - 60 }))).status).to.equal(200)
  })

  it('a proof that was refused leaves the request without effect: the next one is answered', async () => {
    expectRefused(await ask(op, await proof({ htm: 'GET' })))
    expect((await ask(op, await proof())).status).to.equal(200)
  })
})

describe('DPoP proofs that come again (RFC 9449 §11.1)', () => {
  let clock: SinonFakeTimers | undefined
  afterEach(async () => {
    clock?.restore()
    clock = undefined
    await stopProviders()
  })

  it('A134 one that was used is refused, and the request leads to nothing', async () => {
    const op = await startForDPoP()
    const sent = await prove(newKey(), forToken(op))
    expect((await ask(op, sent)).status).to.equal(200)

    const { status, body } = await ask(op, sent)

    expect([status, body['error']]).to.deep.equal([400, 'invalid_dpop_proof'])
    expect(body).not.to.have.property('access_token')
  })

  it('D14 one that is dated ahead is refused as long as it could be accepted', async () => {
    const op = await startForDPoP()
    const start = Date.now()
    const sent = await prove(newKey(), { ...forToken(op), iat: epochTime() + 59 })
    expect((await ask(op, sent)).status).to.equal(200)
    clock = sinon.useFakeTimers({ now: start, toFake: ['Date'] })

    const answers: unknown[] = []
    for (let second = 0; second <= 420; second += 10) {
      clock.setSystemTime(start + second * 1000)
      answers.push((await ask(op, sent)).body['error'])
    }

    expect(new Set(answers)).to.deep.equal(new Set(['invalid_dpop_proof']))
  })

  it('D14 one with a nonce is refused as long as the nonce is accepted, whatever its iat says', async () => {
    const op = await startForDPoP({ dPoP: { nonceSecret: Buffer.alloc(32, 1), requireNonce: () => true } })
    const key = newKey()
    const start = Date.now()
    const first = await ask(op, await prove(key, forToken(op)))
    const nonce = first.headers.get('dpop-nonce')
    const sent = await prove(key, { ...forToken(op), nonce, iat: 0 })
    expect((await ask(op, sent)).status).to.equal(200)
    clock = sinon.useFakeTimers({ now: start, toFake: ['Date'] })

    const answers: unknown[] = []
    for (let second = 0; second <= 360; second += 10) {
      clock.setSystemTime(start + second * 1000)
      answers.push((await ask(op, sent)).body['error'])
    }

    expect(answers).not.to.include(undefined)
    expect(answers.at(-1)).to.equal('use_dpop_nonce')
  })

  it('D15 a jti counts once for a client, whatever key signs it; another client may have the same', async () => {
    const op = await startForDPoP()
    const claims = { ...forToken(op), jti: 'the same' }
    expect((await ask(op, await prove(newKey(), claims))).status).to.equal(200)

    expect((await ask(op, await prove(newKey(), claims))).body['error']).to.equal('invalid_dpop_proof')
    expect((await ask(op, await prove(newKey(), claims), 'bound')).status).to.equal(200)
  })

  it('allowReplay accepts one as often as it comes, and stores nothing about it', async () => {
    const op = await startForDPoP({ dPoP: { allowReplay: true } })
    const stored: unknown[] = []
    op.provider.on('replay_detection.saved', (record) => stored.push(record))
    const sent = await prove(newKey(), forToken(op))

    expect((await ask(op, sent)).status).to.equal(200)
    expect((await ask(op, sent)).status).to.equal(200)
    expect(stored).to.deep.equal([])
  })

  it('50 uses of one proof at once: one is accepted (§11.1)', async () => {
    const op = await startForDPoP()
    const sent = await prove(newKey(), forToken(op))

    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(op, sent)))

    expect(answers.filter(({ status }) => status === 200)).to.have.length(1)
    expect(answers.filter(({ body }) => body['error'] === 'invalid_dpop_proof')).to.have.length(49)
    expect(op.serverErrors).to.deep.equal([])
  })
})

describe('A090 the options of dPoP', () => {
  afterEach(stopProviders)

  for (const nonceSecret of ['a'.repeat(32), Buffer.alloc(31), Buffer.alloc(33), [], new Uint16Array(16)]) {
    it(`a nonceSecret that is ${Object.prototype.toString.call(nonceSecret)} of ${nonceSecret.length} is refused by name`, async () => {
      const options: object = { enabled: true, nonceSecret }
      const outcome = await startForDPoP({ features: {}, dPoP: options }).catch(
        (error: Error) => error.message,
      )
      expect(outcome).to.match(/features\.dPoP\.nonceSecret must be/)
    })
  }

  it('discovery lists what proofs may be signed with (RFC 9449 §5.1)', async () => {
    const op = await startForDPoP()
    const response = await op.agent().get(`${op.issuer}/.well-known/openid-configuration`)
    expect(await response.json()).to.deep.include({ dpop_signing_alg_values_supported: ['ES256', 'EdDSA'] })
  })

  it('an ack of version 8 is ignored: the specification is final', async () => {
    const op = await startForDPoP({ dPoP: { ack: 'draft-11' } })
    expect((await ask(op, await prove(newKey(), forToken(op)))).status).to.equal(200)
  })
})

describe('DPoP proofs where the provider has an alias for mutual TLS (RFC 8705 §5, RFC 9449 §4.3 (9))', () => {
  afterEach(stopProviders)

  for (const [title, origin, status] of [
    ['may name the endpoint under the alias', 'https://mtls.example.com', 200],
    ['may not name it under another origin', 'https://evil.example.com', 400],
  ] as const) {
    it(title, async () => {
      const mTLS = { enabled: true, aliasOrigin: 'https://mtls.example.com' }
      const op = await startForDPoP({ features: { mTLS } })
      const htu = `${origin}${new URL(op.provider.urlFor('token')).pathname}`

      expect((await ask(op, await prove(newKey(), { htm: 'POST', htu }))).status).to.equal(status)
    })
  }
})
