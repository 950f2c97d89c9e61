import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect } from 'chai'
import sinon from 'sinon'
import { StorageTimeout } from '../../lib/adapters/storage_timeout.ts'
import type { AdapterFactory, AdapterPayload } from '../../types/adapter.ts'
import {
  FAULTS,
  type Fault,
  type FaultyAdapter,
  faultyAdapter,
  StorageFault,
  WRONG_ANSWERS,
  type WrongAnswer,
} from '../support/faulty_adapter.ts'
import { type RunningProvider, stopProviders } from '../support/start_provider.ts'
import { FLOWS, type Flow, type Outcome, type Prepared, startForFlows } from './flows.ts'

/** Milliseconds; nobody else waits exactly as long, nor for a third or two of it. */
const TIMEOUT = 4321
const isOfStorage = (delay = 0): boolean => delay > 0 && Number.isInteger((3 * delay) / TIMEOUT)
type AnyFault = Fault | WrongAnswer
export type Entries = Map<string, AdapterPayload>

/** The deadlines of storage, which pass when a test says so; the client's own timers go on. */
class FakedDeadlines {
  readonly #timers: (() => void)[] = []
  readonly #restore: () => void
  /** Milliseconds that storage believes to have passed beyond those that have. */
  #skipped = 0

  constructor() {
    const { setTimeout: start } = globalThis
    const timers = sinon.stub(globalThis, 'setTimeout').callsFake((...given) => {
      const [callback, delay] = given
      if (!isOfStorage(delay)) return Reflect.apply(start, globalThis, given)
      this.#timers.push(callback)
      return start(() => {}, 0)
    })
    const now = performance.now.bind(performance)
    const clock = sinon.stub(performance, 'now').callsFake(() => now() + this.#skipped)
    this.#restore = () => {
      timers.restore()
      clock.restore()
    }
  }

  /** Lets the time of every call that waits now run out. */
  pass(): void {
    this.#skipped += TIMEOUT + 1
    for (const fire of this.#timers.splice(0)) fire()
  }

  restore(): void {
    this.#restore()
  }
}

/** Runs a request; the deadline of every storage call passes as soon as one hangs. */
async function runWith(
  storage: FaultyAdapter,
  deadlines: FakedDeadlines,
  prepared: Prepared,
  fault: AnyFault,
): Promise<Outcome> {
  if (fault !== 'hang') return prepared.run()
  const hanging = storage.hanging()
  const pending = prepared.run()
  await Promise.race([hanging, pending])
  await nextTurn()
  deadlines.pass()
  return await pending
}

const CAUSES: Readonly<Record<AnyFault, (cause: unknown) => boolean>> = {
  'throw-before': (cause) => cause instanceof StorageFault,
  'throw-after': (cause) => cause instanceof StorageFault,
  hang: (cause) => cause instanceof StorageTimeout,
  'answer-number': (cause) => cause instanceof Error,
  'answer-malformed': (cause) => cause instanceof Error,
}

function checkRefusal(
  op: RunningProvider,
  outcome: Outcome,
  fault: AnyFault,
  at: string,
  { revokes = false }: Flow,
): void {
  const hangs = fault === 'hang' || revokes
  expect(outcome.error, at).to.equal(hangs ? 'temporarily_unavailable' : 'server_error')
  if (outcome.location === null) expect(outcome.status, at).to.equal(hangs ? 503 : 500)
  expect(outcome.retryAfter, at).to.equal(hangs ? '5' : null)
  expect(op.serverErrors, at).to.have.length(1)
  expect(CAUSES[fault](op.serverErrors[0]), `${at}: ${op.serverErrors[0]}`).to.equal(true)
  expect(JSON.stringify(outcome), at).not.to.match(/StorageFault|StorageTimeout|call \d/)
}

/** What a suite of faults happens in. */
export interface FaultyStorage {
  readonly title: string
  make(entries: Entries): AdapterFactory
  /** What stands between the provider and the adapter that fails. */
  readonly around?: (faulty: AdapterFactory) => AdapterFactory
}

const unchanged = (adapter: AdapterFactory): AdapterFactory => adapter

/** Every flow, with every fault at every storage call. */
export function describeFaults({ title, make, around = unchanged }: FaultyStorage): void {
  describe(`storage faults in ${title} (SECURITY "Fault points")`, () => {
    let deadlines: FakedDeadlines
    before(() => {
      deadlines = new FakedDeadlines()
    })
    after(async () => {
      deadlines.restore()
      await stopProviders()
    })

    async function start({ rotates = false, keepsGrant = false }: Flow) {
      const entries: Entries = new Map()
      const storage = faultyAdapter(make(entries))
      const op = await startForFlows({
        adapter: around(storage.adapter),
        storageTimeout: TIMEOUT / 1000,
        rotateRefreshToken: rotates,
        revokeGrantPolicy: () => !keepsGrant,
      })
      const { agent } = await op.login()
      return { entries, storage, op, agent }
    }

    for (const [name, flow] of Object.entries(FLOWS)) {
      let started: Awaited<ReturnType<typeof start>>
      let calls: string[] = []

      /** Fails one call of the request. @returns whether it was answered normally all the same */
      async function tryCall(number: number, fault: AnyFault): Promise<boolean> {
        const { entries, storage, op, agent } = started
        storage.disarm()
        const prepared = await flow.prepare(op, agent)
        const before = structuredClone(entries)
        op.serverErrors.length = 0
        storage.arm(number, fault)

        const outcome = await runWith(storage, deadlines, prepared, fault)

        const at = `${fault} of call ${number} (${storage.calls.join(', ')})`
        const failed = storage.calls[number - 1]
        storage.disarm()
        if (outcome.error === undefined) {
          expect(await prepared.works(outcome), `${at}: what was answered works`).to.equal(true)
          return true
        }
        // Something is there in the place of an earlier use: whatever it is, it may be one (RFC 7523 §3, jti).
        if (fault === 'answer-malformed' && failed === 'ReplayDetection.find')
          expect(outcome.error, at).to.equal(flow.usedBefore ?? 'invalid_grant')
        else checkRefusal(op, outcome, fault, at, flow)
        if (flow.revokes !== true && flow.grantsNothing !== true)
          expect(entries, `${at}: nothing is half-granted`).to.deep.equal(before)
        const again = await prepared.run()
        expect(again.error, `${at}: an honest retry`).to.equal(undefined)
        expect(await prepared.works(again), `${at}: what the retry got works`).to.equal(true)
        return false
      }

      describe(name, () => {
        before(async () => {
          started = await start(flow)
          const prepared = await flow.prepare(started.op, started.agent)
          started.storage.disarm()
          await prepared.run()
          calls = [...started.storage.calls]
        })

        for (const fault of [...FAULTS, ...WRONG_ANSWERS]) {
          it(`R15: ${fault} at each call: a clean error and an honest retry, or the answer (RFC 6749 §5.2)`, async () => {
            const answered: boolean[] = []
            for (const number of calls.keys()) answered.push(await tryCall(number + 1, fault))

            const commits = calls.flatMap((call, index) => (call === 'commit' ? [index] : []))
            const took = fault !== 'throw-before' && fault !== 'hang'
            for (const index of commits) {
              expect(answered[index], 'a commit that took effect is answered normally').to.equal(took)
            }
            expect(calls.length).to.be.above(0)
          })
        }
      })
    }
  })
}
