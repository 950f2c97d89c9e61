import { expect } from 'chai'
import sinon from 'sinon'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import {
  type RunningProvider,
  startProvider,
  stopProviders,
  type TokenAnswer,
} from '../../support/start_provider.ts'
import { claimsFor, hmacKey, keyPair, now, requestToken, SECRET, secretClient, sign } from './assertions.ts'

const FEATURES = { clientCredentials: { enabled: true } }
const REFUSED = { error: 'invalid_client', error_description: 'client authentication failed' }

const client = (more: Partial<ClientMetadata> = {}) =>
  secretClient({ client_id: 'web', token_endpoint_auth_method: 'client_secret_basic', ...more })

const start = (configuration: Configuration = {}) =>
  startProvider({ clients: [client()], ...configuration, features: FEATURES })

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
const encode = (text: string) => new URLSearchParams({ x: text }).toString().slice(2)

const byHeader = (op: RunningProvider, authorization: string, params: Record<string, string> = {}) =>
  op.post('token', { grant_type: 'client_credentials', ...params }, { authorization })
const byForm = (op: RunningProvider, params: Record<string, string>) =>
  op.post('token', { grant_type: 'client_credentials', ...params })

describe('client secrets (RFC 6749 §2.3.1)', () => {
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
  })

  it('C1 a request without credentials is refused', async () => {
    const op = await start()

    const { status, body } = await byForm(op, {})

    expect({ status, body }).to.deep.equal({ status: 401, body: REFUSED })
  })

  it('F331 C2 A067 a wrong secret and an unknown client get the same answer', async () => {
    const op = await start()

    const answers = [
      await byHeader(op, basic('web', 'wrong')),
      await byHeader(op, basic('nobody', SECRET)),
      await byForm(op, { client_id: 'web', client_secret: 'wrong' }),
      await byForm(op, { client_id: 'nobody', client_secret: 'wrong' }),
    ]

    for (const { status, body } of answers)
      expect({ status, body }).to.deep.equal({ status: 401, body: REFUSED })
    expect(answers.map(({ headers }) => headers.get('www-authenticate'))).to.deep.equal([
      `Basic realm="${op.issuer}"`,
      `Basic realm="${op.issuer}"`,
      null,
      null,
    ])
  })

  it('F227 F330 C4 A065 identifier and secret in the header are form-decoded once', async () => {
    const client_id = 'a:b c%41'
    const client_secret = 'p%20+:ü?&=#'.replace('ü', 'u')
    const op = await start({ clients: [client({ client_id, client_secret })] })

    const { status } = await byHeader(op, basic(encode(client_id), encode(client_secret)))
    const raw = await byHeader(op, basic(encode(client_id), client_secret))

    expect(status).to.equal(200)
    expect(raw.status).to.be.oneOf([400, 401])
  })

  for (const registered of ['client_secret_basic', 'client_secret_post'] as const) {
    it(`A064 a client that registered ${registered} may use header and form`, async () => {
      const op = await start({ clients: [client({ token_endpoint_auth_method: registered })] })

      const answers = [
        await byHeader(op, basic('web', encode(SECRET))),
        await byForm(op, { client_id: 'web', client_secret: SECRET }),
      ]

      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200])
    })
  }

  it('C5 A065 header and form together are refused, and so is another client_id', async () => {
    const op = await start()

    const both = await byHeader(op, basic('web', encode(SECRET)), { client_id: 'web', client_secret: SECRET })
    const other = await byHeader(op, basic('web', encode(SECRET)), { client_id: 'other' })

    expect([both.status, other.status]).to.deep.equal([400, 400])
    expect([both.body['error'], other.body['error']]).to.deep.equal(['invalid_request', 'invalid_request'])
  })

  it('C5 A065 the same client_id in the form is no contradiction to the header', async () => {
    const op = await start()

    expect((await byHeader(op, basic('web', encode(SECRET)), { client_id: 'web' })).status).to.equal(200)
  })

  it('a header without a secret is an invalid_request', async () => {
    const op = await start()
    const { status, body } = await byHeader(op, basic('web', ''))

    expect({ status, error: body['error'] }).to.deep.equal({ status: 400, error: 'invalid_request' })
  })

  it('C7 a secret in the query is not read', async () => {
    const op = await start()
    const query = new URLSearchParams({ client_id: 'web', client_secret: SECRET })

    const response = await op
      .agent()
      .post(`${op.provider.urlFor('token')}?${query}`, { grant_type: 'client_credentials' })

    expect(response.status).to.equal(401)
  })

  for (const name of ['client_id', 'client_secret']) {
    it(`C8 a repeated ${name} is refused`, async () => {
      const op = await start()
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'web',
        client_secret: SECRET,
      })
      form.append(name, form.get(name) ?? '')

      const { status, body } = await op.post('token', form.toString())

      expect(status).to.equal(400)
      expect(body['error']).to.equal('invalid_request')
    })
  }

  it('C10 A063 an expired secret is refused, and the event says so', async () => {
    const op = await start({ clients: [client({ client_secret_expires_at: now() - 1 })] })
    const failed = op.nextError('grant.error')

    const { status, body } = await byForm(op, { client_id: 'web', client_secret: SECRET })

    expect({ status, body }).to.deep.equal({ status: 401, body: REFUSED })
    expect((await failed).error_detail).to.match(/expired/)
  })

  it('C11 the scheme is case-insensitive; another scheme is refused', async () => {
    const op = await start()
    const credentials = basic('web', encode(SECRET))

    const lower = await byHeader(op, credentials.replace('Basic', 'bAsIc'))
    const bearer = await byHeader(op, credentials.replace('Basic', 'Bearer'))

    expect(lower.status).to.equal(200)
    expect(bearer.status).to.equal(400)
  })

  describe('C30 trying them out (RFC 6819 §5.1.4.2.3)', () => {
    const wrong = (op: RunningProvider, from = '192.0.2.1', id = 'web') =>
      op.post(
        'token',
        { grant_type: 'client_credentials', client_id: id, client_secret: 'wrong' },
        { 'x-forwarded-for': from },
      )
    const right = (op: RunningProvider, from = '192.0.2.1') =>
      op.post(
        'token',
        { grant_type: 'client_credentials', client_id: 'web', client_secret: SECRET },
        { 'x-forwarded-for': from },
      )

    async function startBehindProxy(configuration: Configuration = {}) {
      const clock = sinon.useFakeTimers({ now: Date.now(), toFake: ['Date'] })
      const op = await start(configuration)
      op.provider.proxy = true
      return { op, clock }
    }

    async function failures(op: RunningProvider, count: number, from?: string, id?: string) {
      const statuses: number[] = []
      for (let index = 0; index < count; index += 1) statuses.push((await wrong(op, from, id)).status)
      return statuses
    }

    const many = (count: number, ask: () => Promise<TokenAnswer>) =>
      Promise.all(Array.from({ length: count }, ask))
    const statusesOf = (answers: readonly TokenAnswer[]) => new Set(answers.map(({ status }) => status))

    it('locks nobody out: the right secret is answered after any number of wrong ones, from the same address', async () => {
      const { op } = await startBehindProxy()

      const [tried, during] = await Promise.all([many(200, () => wrong(op)), right(op)])

      expect(statusesOf(tried)).to.deep.equal(new Set([401, 429]))
      expect(during.status).to.equal(200)
      expect((await right(op)).status).to.equal(200)
    })

    it('answers the right secret of a client that was never seen before, in a process that just started', async () => {
      const { op } = await startBehindProxy()
      await many(30, () => wrong(op))

      expect((await right(op)).status).to.equal(200)
    })

    it('bounds the wrong answers that wait: others get 429 with Retry-After', async () => {
      const { op } = await startBehindProxy()

      const refused = (await many(100, () => wrong(op))).filter(({ status }) => status === 429)

      expect(refused).not.to.have.length(0)
      expect(refused[0]?.headers.get('retry-after')).to.equal('1')
      expect(refused[0]?.body['error']).to.equal('temporarily_unavailable')
    })

    it('compares the secrets of an address that was wrong four at a time', async () => {
      const { op } = await startBehindProxy()
      let running = 0
      let most = 0
      op.provider.Client.prototype.compareClientSecret = async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        return false
      }

      await many(60, () => wrong(op))

      expect(most).to.be.within(1, 4)
    })

    it('is not affected by what comes from elsewhere, however slow the comparison', async () => {
      const { op } = await startBehindProxy()
      const found = await op.provider.Client.find('web')
      if (found === undefined) throw new Error('no client')
      const held: (() => void)[] = []
      found.compareClientSecret = async (secret) => {
        if (secret !== SECRET) await new Promise<void>((resolve) => held.push(resolve))
        return secret === SECRET
      }
      const attack = many(50, () => wrong(op))

      expect((await right(op, '198.51.100.7')).status).to.equal(200)

      found.compareClientSecret = () => false
      for (const release of held) release()
      await attack
    })

    it('C30 a comparison that never settles ends at storageTimeout with 503, and gives its place back (RFC 9110 §15.6.4)', async () => {
      const { op } = await startBehindProxy({ storageTimeout: 0.5 })
      const { compareClientSecret } = op.provider.Client.prototype
      op.provider.Client.prototype.compareClientSecret = () => new Promise<boolean>(() => {})
      const addresses = Array.from({ length: 24 }, (_, index) => `192.0.2.${index}`)
      const given = await Promise.all(addresses.map((address) => right(op, address)))
      op.provider.Client.prototype.compareClientSecret = compareClientSecret

      for (const { status, headers, body } of given) {
        expect([status, body['error']]).to.deep.equal([503, 'temporarily_unavailable'])
        expect(headers.get('retry-after')).to.not.equal(null)
      }
      expect(String(op.serverErrors[0])).to.equal(
        'HostTimeout: compareClientSecret did not settle within 500 ms',
      )
      expect((await right(op)).status).to.equal(200)
    })

    it('goes by the address that the proxy appended, not by what the client wrote before it (RFC 7239 §8.1)', async () => {
      const counts: number[] = []
      const { op } = await startBehindProxy({
        clientSecretThrottle: { failed: (_ctx, _id, count) => counts.push(count) },
      })

      for (let index = 0; index < 3; index += 1) await wrong(op, `203.0.113.${index}, 192.0.2.1`)

      expect(counts).to.deep.equal([1, 2, 3])
    })

    it('goes by the header that the proxies write, where the application names another one', async () => {
      const counts: number[] = []
      const { op } = await startBehindProxy({
        clientSecretThrottle: { failed: (_ctx, _id, count) => counts.push(count) },
      })
      op.provider.app.proxyIpHeader = 'X-Client-Address'
      const form = { grant_type: 'client_credentials', client_id: 'web', client_secret: 'wrong' }

      for (const [told, written] of [
        ['192.0.2.1', '203.0.113.1'],
        ['192.0.2.1', '203.0.113.2'],
        ['192.0.2.2', '203.0.113.1'],
      ] as const)
        await op.post('token', form, { 'x-client-address': told, 'x-forwarded-for': written })

      expect(counts).to.deep.equal([1, 2, 1])
    })

    it('goes by the address that the number of proxies tells', async () => {
      const counts: number[] = []
      const { op } = await startBehindProxy({
        clientSecretThrottle: { failed: (_ctx, _id, count) => counts.push(count) },
      })
      op.provider.app.maxIpsCount = 2

      await wrong(op, '203.0.113.1, 192.0.2.1, 10.0.0.1')
      await wrong(op, '203.0.113.2, 192.0.2.1, 10.0.0.2')
      await wrong(op, '203.0.113.1, 192.0.2.2, 10.0.0.1')

      expect(counts).to.deep.equal([1, 2, 1])
    })

    it('knows nothing of clients that invented ones could push out', async () => {
      const counts: number[] = []
      const { op } = await startBehindProxy({
        clientSecretThrottle: { attempts: 0, failed: (_ctx, _id, count) => counts.push(count) },
      })

      await wrong(op, '192.0.2.1', 'invented')
      await wrong(op, '192.0.2.1', 'invented too')

      expect(counts).to.deep.equal([1, 2])
      expect((await right(op)).status).to.equal(200)
    })

    it('is not begun anew by the right one: whoever tries may have a client', async () => {
      const counts: number[] = []
      const { op, clock } = await startBehindProxy({
        clientSecretThrottle: { failed: (_ctx, _id, count) => counts.push(count) },
      })

      await wrong(op)
      await right(op)
      await wrong(op)
      clock.tick(300_001)
      await wrong(op)

      expect(counts).to.deep.equal([1, 2, 1])
    })

    it('treats a client that does not exist alike (E8)', async () => {
      const { op } = await startBehindProxy()

      const known = await failures(op, 12)
      const unknown = await failures(op, 12, '198.51.100.1', 'nobody')

      expect(unknown).to.deep.equal(known)
    })

    it('counts those for a client that does not exist, in the header as well (E8)', async () => {
      const counts: number[] = []
      const op = await start({ clientSecretThrottle: { failed: (_ctx, _id, count) => counts.push(count) } })
      for (const id of ['nobody', 'web', 'nobody'])
        expect((await byHeader(op, basic(id, 'wrong'))).status).to.equal(401)

      expect(counts).to.deep.equal([1, 2, 3])
    })

    const blocks: readonly [one: string, other: string, same: boolean][] = [
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', true],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:3:3:4:5:6', false],
      ['2001:db8::1', '2001:db8:0:0:1::', true],
      ['2001:db8::1', '2001:db8:0:1::1', false],
      ['2001:db8::2:0:0:0:1', '2001:db8:0:2:ffff::', true],
      ['2001:db8::2:0:0:0:1', '2001:db8::3:0:0:0:1', false],
      ['::1', '::2', true],
      ['::1', '0:0:0:0:1::', true],
      ['::1:0:0:0:1', '::2:0:0:0:1', false],
      ['2001:db8:1:2::', '2001:db8:1:2:0:0:0:9', true],
      ['::ffff:192.0.2.1', '::ffff:192.0.2.2', false],
      ['192.0.2.1', '192.0.2.2', false],
    ]
    for (const [one, other, same] of blocks) {
      it(`takes ${one} and ${other} for ${same ? 'one address' : 'two addresses'} (RFC 6177 §2)`, async () => {
        const counts: number[] = []
        const { op } = await startBehindProxy({
          clientSecretThrottle: { failed: (_ctx, _id, count) => counts.push(count) },
        })
        for (const address of [one, other]) await wrong(op, address)

        expect(counts).to.deep.equal([1, same ? 2 : 1])
      })
    }

    it('takes an IPv6 /64 for one address', async () => {
      const counts: number[] = []
      const { op } = await startBehindProxy({
        clientSecretThrottle: { failed: (_ctx, _id, count) => counts.push(count) },
      })

      for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::1', '2001:db8:1:3::1'])
        await wrong(op, address)

      expect(counts).to.deep.equal([1, 2, 1])
    })

    it('takes an address for the same whatever the port that a proxy adds (RFC 7239 §6)', async () => {
      const counts: number[] = []
      const { op } = await startBehindProxy({
        clientSecretThrottle: { failed: (_ctx, _id, count) => counts.push(count) },
      })

      for (const from of ['192.0.2.1', '192.0.2.1:4711', '192.0.2.1:4712', '::ffff:192.0.2.1'])
        await wrong(op, from)
      for (const from of ['2001:db8:1:2::1', '[2001:db8:1:2::2]:4711', '[2001:db8:1:2::3]'])
        await wrong(op, from)

      expect(counts).to.deep.equal([1, 2, 3, 4, 1, 2, 3])
    })

    it('names clients of the configuration whose secret can be guessed', async () => {
      const notices: string[] = []
      const logger = { info: (text: string) => notices.push(text), warn() {}, error() {} }
      const clients = [client(), { ...client(), client_id: 'short', client_secret: 'secret123' }]
      await startProvider({ logger, clients })

      const told = notices.filter((text) => text.includes('short enough to be guessed'))
      expect(told).to.have.length(1)
      expect(told[0]).to.include('"short"')
    })

    for (const [secret, characters] of [
      ['abcdef0123', 'digits'],
      ['abcdeFGHI', 'capitals'],
      ['ABCDEfghi', 'small letters'],
      ['abcde-!?_', 'other characters'],
    ] as const) {
      it(`counts ${characters} among what a secret of the configuration may be made of (RFC 6749 §10.10)`, async () => {
        const notices: string[] = []
        const logger = { info: (text: string) => notices.push(text), warn() {}, error() {} }
        await startProvider({ logger, clients: [client({ client_secret: secret })] })

        expect(notices.filter((text) => text.includes('short enough to be guessed'))).to.deep.equal([])
      })
    }

    it('lets many right ones through at the same time', async () => {
      const { op } = await startBehindProxy()
      const found = await op.provider.Client.find('web')
      if (found === undefined) throw new Error('no client')
      found.compareClientSecret = async (secret) => {
        await new Promise((resolve) => setImmediate(resolve))
        return secret === SECRET
      }

      const answers = await Promise.all(Array.from({ length: 60 }, () => right(op)))

      expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]))
    })

    it('goes for secrets that sign assertions too', async () => {
      const counts: number[] = []
      const op = await start({
        clients: [secretClient()],
        clientSecretThrottle: { failed: (_ctx, _id, count) => counts.push(count) },
      })
      const forged = async () =>
        requestToken(op, await sign(claimsFor('by-secret', op), { alg: 'HS256' }, hmacKey('wrong')))

      for (let index = 0; index < 3; index += 1) expect((await forged()).status).to.equal(401)

      expect(counts).to.deep.equal([1, 2, 3])
    })

    for (const [alg, counted] of [
      ['HS256', [1, 2, 3]],
      ['ES256', []],
    ] as const) {
      it(`${counted.length > 0 ? 'goes' : 'does not go'} for ${alg} assertions of clients that do not exist (E8)`, async () => {
        const counts: number[] = []
        const op = await start({
          clients: [secretClient()],
          clientSecretThrottle: { failed: (_ctx, _id, count) => counts.push(count) },
        })
        const key = alg === 'HS256' ? hmacKey('wrong') : (await keyPair(alg)).privateKey
        for (let index = 0; index < 3; index += 1) {
          const assertion = await sign(claimsFor('nobody', op), { alg }, key)
          expect((await requestToken(op, assertion)).status).to.equal(401)
        }

        expect(counts).to.deep.equal(counted)
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('tells the host about each failure of a thousand', async () => {
      const counts: [string, number][] = []
      const op = await start({
        clientSecretThrottle: { attempts: 0, failed: (_ctx, id, count) => counts.push([id, count]) },
      })

      for (let index = 0; index < 20; index += 1) {
        await Promise.all(Array.from({ length: 50 }, () => wrong(op)))
      }

      expect(counts.at(-1)).to.deep.equal(['web', 1000])
    })

    it('is not disturbed by a host function whose promise rejects', async () => {
      const rejecting: () => void = () => Promise.reject(new Error('hook failed'))
      const op = await start({ clientSecretThrottle: { failed: rejecting } })

      expect((await wrong(op)).status).to.equal(401)
      expect(op.serverErrors).to.have.length(1)
    })

    it('is not disturbed by a host function that throws', async () => {
      const op = await start({
        clientSecretThrottle: {
          failed: () => {
            throw new Error('hook failed')
          },
        },
      })

      expect((await wrong(op)).status).to.equal(401)
      expect(op.serverErrors).to.have.length(1)
    })
  })
})
