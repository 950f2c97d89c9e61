import { Agent } from 'node:https'
import { expect } from 'chai'
import { errors } from '../../../lib/index.ts'
import {
  approve,
  CALL_CENTRE,
  find,
  messageOf,
  NOTIFICATION_TOKEN,
  type Ping,
  type PingAnswer,
  pinged,
  poll,
  requestId,
  startForCiba,
  startReceiver,
  stopReceivers,
} from '../../support/ciba.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import { stopProviders } from '../../support/start_provider.ts'
import { CERTIFICATE } from '../../support/tls_certificate.ts'

const PING = { client_notification_token: NOTIFICATION_TOKEN }

type Host = Parameters<typeof startForCiba>[0]

/** A provider, and a client that it pings. */
async function startPinging(answer?: (ping: Ping) => PingAnswer | undefined, host: Host = {}) {
  const { port, pings } = await startReceiver(answer)
  const op = await startForCiba({ clients: [pinged(port, '/ping?mine=1')], ...host })
  const told: string[] = []
  op.provider.on('backchannel_ping.success', (client, { jti }) => told.push(`${client.clientId} ${jti}`))
  op.provider.on('backchannel_ping.error', (error, client, { jti }) => {
    const passes = 'isTemporary' in error && error.isTemporary === true
    told.push(`${client.clientId} ${jti} ${error.name}: ${error.message}${passes ? ' for now' : ''}`)
  })
  return { op, pings, told, port }
}

describe('ping (OpenID Connect CIBA Core 1.0 §10.2)', () => {
  afterEach(async () => {
    await stopProviders()
    await stopReceivers()
    await stopServers()
  })

  it('A176 F084 an outcome is posted once, with the client’s own token, and an event tells', async () => {
    const { op, pings, told } = await startPinging()
    const id = await requestId(op, PING)
    await approve(op, id)

    expect(pings).to.have.length(1)
    expect(pings[0]).to.include({ method: 'POST', url: '/ping?mine=1' })
    expect(pings[0]?.headers).to.include({
      authorization: `Bearer ${NOTIFICATION_TOKEN}`,
      'content-type': 'application/json',
    })
    expect(JSON.parse(pings[0]?.body ?? '')).to.deep.equal({ auth_req_id: id })
    expect(told).to.deep.equal([`calls ${id}`])
    expect((await poll(op, id)).status).to.equal(200)
  })

  it('S37 a ping carries nothing of the request it came from', async () => {
    const { op, pings } = await startPinging()
    const { client_id, client_secret = '' } = op.client
    const form = { client_id, client_secret, scope: 'openid', login_hint: 'alice', ...PING }
    const { body } = await op.post('backchannel_authentication', form, { cookie: 'a=b', 'x-mine': 'y' })
    await approve(op, String(body['auth_req_id']))

    expect(pings[0]?.headers).to.not.have.any.keys('cookie', 'x-mine', 'referer')
  })

  it('a refusal is an outcome, too', async () => {
    const { op, pings } = await startPinging()
    const id = await requestId(op, PING)
    await op.provider.backchannelResult(id, new errors.AccessDenied())

    expect(pings).to.have.length(1)
    expect((await poll(op, id)).body['error']).to.equal('access_denied')
  })

  it('the outcome is there before the ping arrives', async () => {
    let polled: Promise<number> | undefined
    const { op } = await startPinging(({ body }) => {
      const { auth_req_id: id } = JSON.parse(body)
      polled = poll(op, String(id)).then(({ status }) => status)
      return { status: 204 }
    })
    await approve(op, await requestId(op, PING))

    expect(await polled).to.equal(200)
  })

  it('a client that polls is not pinged', async () => {
    const { pings, port } = await startPinging()
    const polls = { ...pinged(port), backchannel_token_delivery_mode: 'poll' as const }
    const op = await startForCiba({ clients: [polls] })
    await approve(op, await requestId(op, PING))

    expect(pings).to.deep.equal([])
  })

  it('a result that is refused pings nobody', async () => {
    const { op, pings } = await startPinging()
    const id = await requestId(op, PING)
    await messageOf(op.provider.backchannelResult(id, 'unknown'))

    expect(pings).to.deep.equal([])
  })

  describe('what the client answers', () => {
    const fine: readonly (readonly [string, PingAnswer])[] = [
      ['204', { status: 204 }],
      ['200 with a body', { status: 200, body: '{"please":"parse me"}' }],
      ['200 with a body that has no end', { status: 200, body: 'x'.repeat(1_000_000) }],
    ]
    for (const [title, answer] of fine) {
      it(`B14 ${title} is fine, and is not read`, async () => {
        const { op, told } = await startPinging(() => answer)
        const id = await requestId(op, PING)
        await approve(op, id)

        expect(told).to.deep.equal([`calls ${id}`])
      })
    }

    const bad: readonly (readonly [string, PingAnswer, string])[] = [
      ['401', { status: 401 }, 'the answer has the status 401, not 200 or 204'],
      ['403', { status: 403 }, 'the answer has the status 403, not 200 or 204'],
      ['500', { status: 500 }, 'the answer has the status 500, not 200 or 204'],
      [
        '307 to somewhere else',
        { status: 307, headers: { location: '/stolen' } },
        'the answer has the status 307',
      ],
      [
        '302 to somewhere else',
        { status: 302, headers: { location: '/stolen' } },
        'the answer has the status 302',
      ],
    ]
    for (const [title, answer, reason] of bad) {
      it(`B14 ${title} is told by an event, followed nowhere, not tried again, and the client can poll`, async () => {
        const { op, pings, told } = await startPinging(() => answer)
        const id = await requestId(op, PING)
        await approve(op, id)

        expect(told).to.have.length(1)
        expect(told[0]).to.include(`calls ${id} OutgoingRequestFailed`).and.include(reason)
        expect(pings).to.have.length(1)
        expect(told[0]).to.not.include(NOTIFICATION_TOKEN)
        expect(told[0]?.endsWith('for now')).to.equal(answer.status === 500)
        expect((await poll(op, id)).status).to.equal(200)
        expect(op.serverErrors).to.deep.equal([])
      })
    }

    it('B14 S31 nothing is waited for no longer than the deadline, and the client can poll', async () => {
      const stop = new AbortController()
      const { port } = await startReceiver(() => {
        stop.abort()
        return undefined
      })
      const op = await startForCiba({
        clients: [pinged(port)],
        httpOptions: () => ({ agent: new Agent({ ca: CERTIFICATE.cert }), signal: stop.signal }),
      })
      const failed = op.next('backchannel_ping.error')
      const id = await requestId(op, PING)
      await approve(op, id)

      expect(await failed).to.have.length(3)
      expect((await poll(op, id)).status).to.equal(200)
    })
  })

  describe('where it does not go', () => {
    it('B14 S24 an address of this machine, unless the host allows it', async () => {
      const { op, pings, told } = await startPinging(undefined, { allowSpecialUseAddresses: false })
      await approve(op, await requestId(op, PING))

      expect(told[0]).to.include('special-use address')
      expect(pings).to.deep.equal([])
    })

    it('B14 a server whose certificate nobody vouches for', async () => {
      const { op, pings, told } = await startPinging(undefined, { httpOptions: () => ({}) })
      await approve(op, await requestId(op, PING))

      expect(told[0]).to.match(/certificate/)
      expect(pings).to.deep.equal([])
    })

    it('B14 a port where nobody speaks TLS', async () => {
      const { port, requests } = await startServer((_req, res) => res.end())
      const op = await startForCiba({ clients: [pinged(port)] })
      const failed = op.next('backchannel_ping.error')
      await approve(op, await requestId(op, PING))

      expect(await failed).to.have.length(3)
      expect(requests).to.deep.equal([])
    })

    it('a listener that throws changes nothing', async () => {
      const { op } = await startPinging(() => ({ status: 500 }))
      op.provider.on('backchannel_ping.error', () => {
        throw new Error('a bug of the host')
      })
      const id = await requestId(op, PING)
      await approve(op, id)

      expect((await poll(op, id)).status).to.equal(200)
    })
  })

  it('pings of many outcomes are bounded in number: four at a time to one address', async () => {
    let [underWay, most] = [0, 0]
    const { port } = await startReceiver(async () => {
      underWay += 1
      most = Math.max(most, underWay)
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      underWay -= 1
      return { status: 204 }
    })
    const op = await startForCiba({ clients: [pinged(port)] })
    const ids = await Promise.all(Array.from({ length: 20 }, () => requestId(op, PING)))

    await Promise.all(ids.map((id) => op.provider.backchannelResult(id, new errors.AccessDenied())))

    expect(most).to.be.within(1, 4)
  })

  describe('client.backchannelPing(request)', () => {
    async function clientOf(op: Awaited<ReturnType<typeof startForCiba>>) {
      const client = await op.provider.Client.find('calls')
      if (client === undefined) throw new Error('no client')
      return client
    }

    it('F292 tells the client, once, and no event', async () => {
      const { op, pings, told } = await startPinging()
      const stored = await find(op, await requestId(op, PING))

      await (await clientOf(op)).backchannelPing(stored)

      expect(pings).to.have.length(1)
      expect(told).to.deep.equal([])
    })

    it('F292 rejects where the client does not take it, without naming its token', async () => {
      const { op } = await startPinging(() => ({ status: 403 }))
      const stored = await find(op, await requestId(op, PING))

      const message = await messageOf((await clientOf(op)).backchannelPing(stored))

      expect(message).to.match(/^OutgoingRequestFailed: .*403/)
      expect(message).to.not.include(NOTIFICATION_TOKEN)
    })

    it('F292 refuses the request of another client, and requests and clients that have nothing to be pinged by', async () => {
      const { op, pings } = await startPinging()
      const stored = await find(op, await requestId(op, PING))
      const poller = await startForCiba({ clients: [CALL_CENTRE] })
      const unpinged = await find(poller, await requestId(poller))
      const foreign = await find(op, await requestId(op, PING))
      foreign.clientId = 'other'
      stored.params = {}

      expect(await messageOf((await clientOf(poller)).backchannelPing(unpinged))).to.match(
        /notification_endpoint/,
      )
      expect(await messageOf((await clientOf(op)).backchannelPing(foreign))).to.match(/another client/)
      expect(await messageOf((await clientOf(op)).backchannelPing(stored))).to.match(
        /client_notification_token/,
      )
      expect(pings).to.deep.equal([])
    })

    it('F292 extra client metadata of the host’s must not hide it', async () => {
      const message = await messageOf(
        startForCiba({ extraClientMetadata: { properties: ['backchannelPing'] } }),
      )

      expect(message).to.match(/backchannelPing/)
    })
  })
})
