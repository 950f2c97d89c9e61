import type { ServerResponse } from 'node:http'
import { expect } from 'chai'
import sinon from 'sinon'
import type { ClientMetadata } from '../../../types/client.ts'
import { stopServers } from '../../support/local_server.ts'
import { type Asked, askToLogOut, LEAVING_CLIENT, signOut } from '../../support/logging_out.ts'
import { type LogoutReceiver, startLogoutReceiver } from '../../support/logout_receiver.ts'
import { type RunningProvider, startProvider, stopProviders } from '../../support/start_provider.ts'
import type { UserAgent } from '../../support/user_agent.ts'

const CLIENTS = 500
/** Seconds; nobody else waits exactly as long. */
const OPTIONS = { enabled: true, receiverTimeout: 1.234, totalTimeout: 4.321 }

/** The deadlines of deliveries, which pass when a test says so. */
class FakedDeadlines {
  readonly #receivers: AbortController[] = []
  readonly #totals: AbortController[] = []

  constructor() {
    const real = AbortSignal.timeout.bind(AbortSignal)
    sinon.stub(AbortSignal, 'timeout').callsFake((delay) => {
      const list = delay === 1234 ? this.#receivers : delay === 4321 ? this.#totals : undefined
      if (list === undefined) return real(delay)
      const controller = new AbortController()
      list.push(controller)
      return controller.signal
    })
  }

  /** The time that single receivers have. */
  passForReceivers(): void {
    for (const controller of this.#receivers.splice(0)) controller.abort(new Error('too late'))
  }

  /** The time that the person waits. */
  passForAll(): void {
    for (const controller of this.#totals.splice(0)) controller.abort(new Error('too late'))
  }
}

const CLIENT_IDS = Array.from({ length: CLIENTS }, (_, number) => `c${number}`)

/** Every 25th client has one of these receivers: twenty in all. */
const isSpecial = (clientId: string) => Number(clientId.slice(1)) % 25 === 0

/** Client and error of each outcome, and who waits for how many of them. */
class Outcomes extends Map<string, Error | undefined> {
  readonly #waiting = new Set<() => void>()

  note(clientId: string, error?: Error): void {
    expect(this.has(clientId), `a second outcome of ${clientId}`).to.equal(false)
    this.set(clientId, error)
    for (const look of this.#waiting) look()
  }

  reach(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.size < count) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }
}

interface Scene {
  op: RunningProvider
  agent: UserAgent
  asked: Asked
  outcomes: Outcomes
}

async function start(good: LogoutReceiver, special: LogoutReceiver): Promise<Scene> {
  const clients: ClientMetadata[] = CLIENT_IDS.map((client_id) => ({
    ...LEAVING_CLIENT,
    client_id,
    backchannel_logout_uri: `${(isSpecial(client_id) ? special : good).origin}/${client_id}`,
  }))
  const op = await startProvider({
    clients,
    allowSpecialUseAddresses: true,
    features: { backchannelLogout: OPTIONS },
  })
  const { agent } = await op.authorize()
  const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
  for (const clientId of CLIENT_IDS) session?.sidFor(clientId, `sid of ${clientId}`)
  await session?.persist()
  const outcomes = new Outcomes()
  op.provider.on('backchannel.success', (_ctx, { clientId }) => outcomes.note(clientId))
  op.provider.on('backchannel.error', (_ctx, error, { clientId }) => outcomes.note(clientId, error))
  return { op, agent, asked: await askToLogOut(op, agent), outcomes }
}

describe('logout with 500 clients in the session, 20 of them slow, failing or silent (Back-Channel Logout 1.0 §2.5)', function () {
  this.timeout(120_000)

  let deadlines: FakedDeadlines
  beforeEach(() => {
    deadlines = new FakedDeadlines()
  })
  afterEach(async () => {
    sinon.restore()
    await stopProviders()
    await stopServers()
  })

  it('L17 A157 each has its outcome, ten are told at once, the silent ones end at their own deadline', async () => {
    const slow: ServerResponse[] = []
    let count = 0
    const special = await startLogoutReceiver((res) => {
      count += 1
      // Ten fail, five are slow and answer when the next one is told, five say nothing.
      for (const late of slow.splice(0)) late.writeHead(204).end()
      if (count % 4 < 2) res.writeHead(500).end()
      else if (count % 4 === 2) slow.push(res)
    })
    const good = await startLogoutReceiver()
    const scene = await start(good, special)

    const answering = signOut(scene.agent, scene.asked)
    await scene.outcomes.reach(495)
    deadlines.passForReceivers()
    const response = await answering

    const errors = [...scene.outcomes].filter(([, error]) => error !== undefined)
    expect(response.status).to.equal(303)
    expect(scene.outcomes.size).to.equal(CLIENTS)
    expect(errors).to.have.length(15)
    expect(errors.every(([clientId]) => isSpecial(clientId))).to.equal(true)
    expect(good.told).to.have.length(480)
    expect(good.atOnce.most).to.be.at.most(10)
    expect(special.atOnce.most).to.be.at.most(10)
    expect(scene.op.serverErrors).to.deep.equal([])
  })

  it('L17 when silent ones hold every place, the person is answered once the time for all is over', async () => {
    let count = 0
    let reached = () => {}
    const allSilent = new Promise<void>((resolve) => {
      reached = resolve
    })
    const special = await startLogoutReceiver(() => {
      count += 1
      if (count === 10) reached()
    })
    const good = await startLogoutReceiver()
    const scene = await start(good, special)

    const answering = signOut(scene.agent, scene.asked)
    // Each 25th is silent: with the tenth of them nobody else gets a turn.
    await scene.outcomes.reach(9 * 24)
    await allSilent
    deadlines.passForAll()
    const response = await answering
    await scene.outcomes.reach(CLIENTS)

    const errors = [...scene.outcomes].filter(([, error]) => error !== undefined)
    expect(response.status).to.equal(303)
    expect(scene.outcomes.size).to.equal(CLIENTS)
    expect(good.told.length + errors.length).to.equal(CLIENTS)
    for (const [, error] of errors) {
      expect(error?.message).to.include('was not told within 4.321 seconds')
      expect(error).to.include({ isTemporary: true })
    }
    expect(special.told).to.have.length(10)
    expect(scene.op.serverErrors).to.deep.equal([])
  })
})
