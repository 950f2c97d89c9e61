import type {
  AccountEntries,
  AdapterPayload,
  CommitOperation,
  CommitOutcome,
  ModelName,
} from '../../../types/adapter.ts'
import { Turnstile } from '../../helpers/promises/turnstile.ts'
import { randomId } from '../../helpers/random_id.ts'
import { usesUp } from '../operations.ts'
import { ServerClock } from '../server_clock.ts'
import { type RedisClient, rethrow, runScript } from './client.ts'
import { gather } from './gather.ts'
import { accountOf, grantOf, lookupOf, memberOf, rowOf } from './row.ts'
import { FIND_BY, LIST, REVOKE, WRITE } from './scripts.ts'

/** Milliseconds that it is remembered that a list took effect, beyond the time that somebody waits for it. */
const REMEMBERED = 1_000
/** The same where nobody said how long he waits. */
const REMEMBERED_ANYWAY = 60_000
const TOO_LATE = -1

/** The entries of all models of one provider. */
export class RedisStorage {
  readonly #client: RedisClient
  readonly #base: string
  readonly #clock = new ServerClock()
  /** Names lists of this process, so that one that is sent twice takes effect once. */
  readonly #name = randomId()
  #lists = 0
  /**
   * Redis answers what arrives together when all of it is through, and a process that ends meanwhile has no answer for any
   * of it: what can be presented once only is sent with little else.
   */
  readonly #uses = new Turnstile()

  /** @param prefix put in braces, so that a Cluster keeps all keys in one slot */
  constructor(client: RedisClient, prefix: string) {
    this.#client = client
    this.#base = `{${prefix}}:`
  }

  async find(model: ModelName, id: string): Promise<AdapterPayload | undefined> {
    const key = this.#base + memberOf(model, id)
    gather(this.#client)
    return entryIn(await this.#client.hmget(key, 'payload', 'consumed', 'attempt').catch(rethrow))
  }

  async findBy(member: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> {
    const lookup = lookupOf(member, value)
    gather(this.#client)
    return entryIn(await runScript(this.#client, FIND_BY, [this.#base, this.#base + lookup], [lookup]))
  }

  /** Carries out an operation that cannot fail. */
  async write(operation: CommitOperation): Promise<void> {
    await this.#run([operation], ['0', '', ''], '')
  }

  async revoke(model: ModelName, grantId: string): Promise<void> {
    const set = grantOf(grantId)
    await runScript(this.#client, REVOKE, [this.#base, this.#base + set], [set, memberOf(model, '')])
  }

  /** A page, in the order of ids: what is removed or renewed meanwhile moves no page. */
  async listByAccountId(
    model: ModelName,
    accountId: string,
    { limit, after = '' }: { limit: number; after?: string | undefined },
  ): Promise<AccountEntries> {
    const lists = [accountOf('account', model, accountId), accountOf('lasting', model, accountId)]
    const keys = [this.#base, ...lists.map((list) => this.#base + list)]
    const start = after === '' ? '-' : `(${memberOf(model, after)}`
    const answer = await runScript(this.#client, LIST, keys, [start, String(limit)])
    return pageIn(answer, memberOf(model, '').length, limit)
  }

  /**
   * Carries out operations, all or nothing. A client that lost its connection sends again what was not answered: the
   * mark tells that a list took effect already.
   * @param deadline epoch milliseconds
   */
  async commit(
    operations: readonly CommitOperation[],
    deadline = Number.POSITIVE_INFINITY,
  ): Promise<CommitOutcome> {
    if (operations.length === 0) return { committed: true }
    const carryOut = () => this.#commitInTime(operations, deadline)
    return operations.some(usesUp) ? this.#uses.through(carryOut) : carryOut()
  }

  async #commitInTime(operations: readonly CommitOperation[], deadline: number): Promise<CommitOutcome> {
    let outcome = await this.#commitOnce(operations, deadline)
    // There is time left, so one of the clocks was set; what came too late has changed nothing.
    if (outcome === TOO_LATE && Date.now() < deadline) outcome = await this.#commitOnce(operations, deadline)
    if (outcome === TOO_LATE) throw new Error('the deadline of this commit has passed')
    return outcome === 0 ? { committed: true } : { committed: false, failed: outcome - 1 }
  }

  async #commitOnce(operations: readonly CommitOperation[], deadline: number): Promise<number> {
    const ahead = this.#clock.ahead ?? (await this.#askClock())
    const sent = Date.now()
    const isBound = Number.isFinite(deadline)
    const remembered = isBound ? Math.max(Math.ceil(deadline - sent), 0) + REMEMBERED : REMEMBERED_ANYWAY
    this.#lists += 1
    const answer = await this.#run(
      operations,
      [String(ahead), isBound ? String(deadline) : '', String(remembered)],
      `commit:${this.#name}${this.#lists.toString(36)}`,
    )
    const [outcome, clock] = numbersIn(answer)
    this.#clock.learn(sent, clock)
    return outcome
  }

  #run(operations: readonly CommitOperation[], head: readonly string[], mark: string): Promise<unknown> {
    const keys = [this.#base, this.#base + mark]
    const values = [...head]
    for (const operation of operations) {
      keys.push(this.#base + memberOf(operation.model, operation.id))
      values.push(...rowOf(operation))
    }
    return runScript(this.#client, WRITE, keys, values)
  }

  /** Once: later commits bring the time along. */
  async #askClock(): Promise<number> {
    const sent = Date.now()
    const [seconds, microseconds] = numbersIn(await this.#client.time().catch(rethrow))
    this.#clock.learn(sent, seconds * 1000 + Math.floor(microseconds / 1000))
    return this.#clock.ahead ?? 0
  }
}

/** @param answer payload, and how it was consumed since it was stored */
function entryIn(answer: unknown): AdapterPayload | undefined {
  const [text, consumed, attempt]: unknown[] = Array.isArray(answer) ? answer : []
  if (typeof text !== 'string' || text === '') return undefined
  const payload: AdapterPayload = JSON.parse(text)
  if (typeof consumed !== 'string' || consumed === '') return payload
  return { ...payload, consumed: Number(consumed), attempt: String(attempt) }
}

/** @param answer four texts for each member of two lists: the member, and what `entryIn` reads */
function pageIn(answer: unknown, beforeId: number, limit: number): AccountEntries {
  const texts: unknown[] = Array.isArray(answer) ? answer : []
  const listed = Array.from({ length: texts.length / 4 }, (_, index) => ({
    id: String(texts[index * 4]).slice(beforeId),
    payload: entryIn(texts.slice(index * 4 + 1, index * 4 + 4)),
  }))
  const page = listed.sort((one, other) => (one.id < other.id ? -1 : 1)).slice(0, limit)
  const entries = page.flatMap(({ id, payload }) => (payload === undefined ? [] : [{ id, payload }]))
  return { entries, next: page.length < limit ? undefined : page.at(-1)?.id }
}

function numbersIn(answer: unknown): [number, number] {
  const [first, second]: unknown[] = Array.isArray(answer) ? answer : []
  return [Number(first), Number(second)]
}
