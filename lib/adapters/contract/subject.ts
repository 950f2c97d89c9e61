import assert from 'node:assert/strict'
import type {
  AccountEntries,
  AdapterConstructor,
  AdapterFactory,
  AdapterPayload,
  CommitOperation,
  CommitOutcome,
  GivenAdapter,
  ModelName,
} from '../../../types/adapter.ts'
import { consumedAt } from '../consumed_at.ts'
import { Deadlines } from '../deadlines.ts'
import { TimedAdapters } from '../timed_adapters.ts'

/** One promise of the storage contract: `run` rejects when the adapter breaks it. */
export interface ContractCase {
  title: string
  run(): Promise<void>
}

/** Seconds that no run of the suite takes. */
export const LONG = 3600

/** The adapter that is being tested, reached the way a provider reaches it. */
export class Subject {
  readonly #adapter: AdapterConstructor | AdapterFactory
  readonly #adapters: TimedAdapters
  /** What the documented contract does not ask for, and this adapter does not do. */
  readonly missed = new Set<string>()

  constructor(adapter: AdapterConstructor | AdapterFactory) {
    this.#adapter = adapter
    this.#adapters = new TimedAdapters(adapter, new Deadlines(Number.POSITIVE_INFINITY))
  }

  /** The adapter of one model. */
  of(model: ModelName): GivenAdapter {
    return this.#adapters.instance(model)
  }

  async commit(...operations: CommitOperation[]): Promise<CommitOutcome> {
    assert.ok(this.#adapter.commit, 'commit is missing')
    return await this.#adapter.commit(operations)
  }

  get canCommit(): boolean {
    return typeof this.#adapter.commit === 'function'
  }

  /** A page of what an account has. */
  async list(
    model: ModelName,
    accountId: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<AccountEntries> {
    const adapter = this.of(model)
    assert.ok(adapter.listByAccountId, 'listByAccountId is missing')
    return await adapter.listByAccountId(accountId, page)
  }

  /** Finds an entry and makes sure that every member of `expected` came back as it was given. */
  async expect(model: ModelName, id: string, expected: AdapterPayload): Promise<AdapterPayload> {
    const found = await this.of(model).find(id)
    return assertHolds(found, expected)
  }

  async expectNone(model: ModelName, id: string): Promise<void> {
    assertNone(await this.of(model).find(id))
  }
}

/** Every member of `expected` is there, unchanged. Adapters may add members of their own. */
export function assertHolds(
  found: Awaited<ReturnType<GivenAdapter['find']>>,
  expected: AdapterPayload,
): AdapterPayload {
  assert.ok(found, 'the entry was not found')
  for (const [member, value] of Object.entries(expected)) {
    assert.deepEqual(found[member], value, `member ${member} came back changed`)
  }
  return found
}

/** Missing is anything falsy. */
export function assertNone(found: unknown): void {
  assert.ok(!found, 'an entry was found where none should be')
}

/** Epoch seconds, `offset` from now. */
export function epoch(offset = 0): number {
  return Math.floor(Date.now() / 1000) + offset
}

/** An entry such as a provider stores. */
export function entry(model: ModelName, id: string, members: AdapterPayload = {}): AdapterPayload {
  return { kind: model, jti: id, iat: epoch(), exp: epoch(LONG), ...members }
}

/** Consumed a moment ago, with room for the storage's own clock; how the time is kept is up to the adapter. */
export function assertConsumedNow(subject: Subject, { consumed }: AdapterPayload): void {
  const time = consumedAt(consumed)
  assert.ok(time !== undefined, 'consumed is not set')
  if (time === true)
    subject.missed.add('consumed tells when: without the time, refreshTokenReuseWindow has no effect')
  else if (typeof consumed !== 'number') subject.missed.add('consumed comes back as the number of seconds')
  assert.ok(
    time === true || Math.abs(time - epoch()) <= 300,
    'consumed is not the current time in epoch seconds',
  )
}
