import type {
  AccountEntries,
  AdapterConstructor,
  AdapterFactory,
  AdapterPayload,
  CommitOperation,
  CommitOutcome,
  GivenAdapter,
  ModelName,
} from '../../types/adapter.ts'
import type { StorageMessage } from '../../types/running/diagnostics.ts'
import { STORAGE } from '../helpers/diagnostics/channels.ts'
import { traced } from '../helpers/diagnostics/traced.ts'
import { isRecord } from '../helpers/is_record.ts'
import { consumedAt } from './consumed_at.ts'
import type { Deadlines } from './deadlines.ts'
import { makeAdapter, missingMethods, missingMethodsWarning } from './make_adapter.ts'

const MODEL_NAMES: ReadonlySet<unknown> = new Set<ModelName>([
  'Session',
  'Interaction',
  'Grant',
  'AuthorizationCode',
  'AccessToken',
  'RefreshToken',
  'ClientCredentials',
  'Client',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PushedAuthorizationRequest',
  'InitialAccessToken',
  'RegistrationAccessToken',
  'ReplayDetection',
])

const noListing = (model: ModelName): string =>
  `the adapter of ${model} has no listByAccountId(), without which nothing can be looked up by account`

type Call = () => unknown
type Read = (answer: unknown) => unknown

/** Calls within a deadline; whoever listens is told. */
function bounded<T, R = T>(
  deadlines: Deadlines,
  model: ModelName,
  operation: string,
  call: () => T | Promise<T>,
  read?: (answer: T) => R,
): Promise<R>
function bounded(deadlines: Deadlines, model: ModelName, operation: string, call: Call, read?: Read) {
  const name = `${model}.${operation}`
  return STORAGE.hasSubscribers
    ? tracedCall({ operation, model }, deadlines, name, call, read)
    : runWithin(deadlines, name, call, read)
}

const runWithin = (deadlines: Deadlines, name: string, call: Call, read?: Read): Promise<unknown> =>
  read === undefined ? deadlines.run(name, call) : deadlines.run(name, call, read)

const tracedCall = (message: StorageMessage, ...call: Parameters<typeof runWithin>): Promise<unknown> =>
  traced(STORAGE, message, () => runWithin(...call))

const tracedCommit = (deadlines: Deadlines, operations: readonly CommitOperation[], call: () => unknown) => {
  const shown = operations.map(({ op, model }) => `${op} ${model}`)
  return traced(STORAGE, { operation: 'commit', operations: shown }, () => deadlines.run('commit', call))
}

/** Which part of a list is wanted. */
export interface Page {
  readonly limit: number
  /** `next` of the page before. */
  readonly after?: string | undefined
}

/** A page as it was checked. */
export interface ListedEntries {
  readonly entries: readonly { readonly id: string; readonly payload: AdapterPayload }[]
  readonly next: string | undefined
}

/** The host's adapters, one per model, each call bounded in time and each answer checked for its shape. */
export class TimedAdapters {
  readonly #adapter: AdapterConstructor | AdapterFactory
  readonly #deadlines: Deadlines
  readonly #notify: (message: string) => void
  readonly #instances = new Map<ModelName, GivenAdapter>()
  /** Methods that were told to be missing: mostly one class makes all adapters. */
  readonly #told = new Set<string>()

  /** @param notify is told what an adapter lacks */
  constructor(
    adapter: AdapterConstructor | AdapterFactory,
    deadlines: Deadlines,
    notify: (message: string) => void = () => undefined,
  ) {
    this.#adapter = adapter
    this.#deadlines = deadlines
    this.#notify = notify
  }

  get canCommit(): boolean {
    return typeof this.#adapter.commit === 'function'
  }

  /** @param deadlines where less time than usual is left */
  find(model: ModelName, id: string, deadlines = this.#deadlines): Promise<AdapterPayload | undefined> {
    return this.#read(model, 'find', (adapter) => adapter.find(id), deadlines)
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#read('Session', 'findByUid', (adapter) => {
      if (adapter.findByUid === undefined) throw new TypeError('the adapter of Session has no findByUid()')
      return adapter.findByUid(uid)
    })
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#read('DeviceCode', 'findByUserCode', (adapter) => {
      if (adapter.findByUserCode === undefined) {
        throw new TypeError('the adapter of DeviceCode has no findByUserCode()')
      }
      return adapter.findByUserCode(userCode)
    })
  }

  upsert(model: ModelName, id: string, payload: AdapterPayload, expiresIn?: number): Promise<unknown> {
    return this.#call(model, 'upsert', (adapter) => adapter.upsert(id, payload, expiresIn))
  }

  destroy(model: ModelName, id: string): Promise<unknown> {
    return this.#call(model, 'destroy', (adapter) => adapter.destroy(id))
  }

  consume(model: ModelName, id: string): Promise<unknown> {
    return this.#call(model, 'consume', (adapter) => adapter.consume(id))
  }

  revokeByGrantId(model: ModelName, grantId: string): Promise<unknown> {
    return this.#call(model, 'revokeByGrantId', (adapter) => adapter.revokeByGrantId(grantId))
  }

  /** A page of what an account has, entries of other kinds left out. */
  listByAccountId(model: ModelName, accountId: string, page: Page): Promise<ListedEntries> {
    const ask = () => {
      const adapter = this.instance(model)
      if (adapter.listByAccountId === undefined) throw new TypeError(noListing(model))
      return adapter.listByAccountId(accountId, page)
    }
    return bounded(this.#deadlines, model, 'listByAccountId', ask, (answer) => readPage(answer, model, page))
  }

  async commit(operations: readonly CommitOperation[], deadlines = this.#deadlines): Promise<CommitOutcome> {
    const deadline = Date.now() + deadlines.timeout
    const call = () => this.#adapter.commit?.(operations, { deadline })
    const outcome: unknown = await (STORAGE.hasSubscribers
      ? tracedCommit(deadlines, operations, call)
      : deadlines.run('commit', call))
    if (!isOutcome(outcome, operations.length))
      throw new TypeError('the adapter answered commit() with no outcome')
    return outcome
  }

  #call<T>(
    model: ModelName,
    name: keyof GivenAdapter,
    call: (adapter: GivenAdapter) => T | Promise<T>,
    deadlines = this.#deadlines,
  ): Promise<T> {
    return bounded(deadlines, model, name, () => {
      const adapter = this.instance(model)
      if (typeof adapter[name] !== 'function') throw new TypeError(`the adapter of ${model} has no ${name}()`)
      return call(adapter)
    })
  }

  /**
   * An entry of another kind is none: an adapter that keeps all kinds in one place may find a refresh token
   * where a code was asked for. An answer that cannot be an entry at all is the adapter's failure.
   */
  #read(
    model: ModelName,
    name: string,
    call: (adapter: GivenAdapter) => ReturnType<GivenAdapter['find']>,
    deadlines?: Deadlines,
  ): Promise<AdapterPayload | undefined> {
    const ask = () => call(this.instance(model))
    return bounded(deadlines ?? this.#deadlines, model, name, ask, (found) => {
      if (!found) return undefined
      if (typeof found !== 'object' || Array.isArray(found)) {
        throw new TypeError(`the adapter answered ${model}.${name}() with something that is no entry`)
      }
      return isOfKind(found, model) ? withConsumedTime(found, model) : undefined
    })
  }

  /** The adapter of one model, made the first time it is needed. */
  instance(model: ModelName): GivenAdapter {
    const known = this.#instances.get(model)
    if (known !== undefined) return known
    const made = makeAdapter(this.#adapter, model)
    this.#instances.set(model, made)
    this.#tellMissing(model, made)
    return made
  }

  #tellMissing(model: ModelName, made: GivenAdapter): void {
    const missing = missingMethods(made, model).filter((name) => !this.#told.has(name))
    if (missing.length === 0) return
    for (const name of missing) this.#told.add(name)
    this.#notify(missingMethodsWarning(model, missing))
  }
}

/** @throws TypeError when it is no page, or leads back to itself */
function readPage(answer: AccountEntries | undefined, model: ModelName, { after }: Page): ListedEntries {
  const next = answer?.next || undefined
  const isPage =
    Array.isArray(answer?.entries) &&
    answer.entries.every((entry) => typeof entry?.id === 'string' && isRecord(entry.payload)) &&
    (next === undefined || (typeof next === 'string' && next !== after))
  if (!isPage || answer === undefined)
    throw new TypeError(`the adapter answered ${model}.listByAccountId() with something that is no page`)
  const ofKind = answer.entries.filter(({ payload }) => isOfKind(payload, model))
  const entries = ofKind.map(({ id, payload }) => ({ id, payload: withConsumedTime(payload, model) }))
  return { entries, next }
}

/** The same entry, with `consumed` as we write it. Clients may have metadata of any name, this one too. */
function withConsumedTime(found: AdapterPayload, model: ModelName): AdapterPayload {
  if (model === 'Client') return found
  const time = consumedAt(found.consumed)
  if (time === found.consumed) return found
  const { consumed: _, ...entry } = found
  return time === undefined ? entry : { ...entry, consumed: time }
}

/** Rows that hosts write themselves carry no `kind`; a client may have metadata of that name. */
function isOfKind({ kind }: AdapterPayload, model: ModelName): boolean {
  if (kind === undefined || kind === null || kind === model) return true
  return model === 'Client' && !MODEL_NAMES.has(kind)
}

function isOutcome(outcome: unknown, length: number): outcome is CommitOutcome {
  if (typeof outcome !== 'object' || outcome === null || !('committed' in outcome)) return false
  if (outcome.committed === true) return true
  if (outcome.committed !== false || !('failed' in outcome)) return false
  const { failed } = outcome
  return typeof failed === 'number' && Number.isInteger(failed) && failed >= 0 && failed < length
}
