import { type BaseModel, restoreFound, type StoredModel } from '../../models/base_model.ts'

/** How many entries one call of the adapter is asked for. */
const PAGE_SIZE = 100
/** How often a list is read again: whoever logs in without end keeps nobody busy without end. */
const MAX_ROUNDS = 16

/**
 * What an account has of one kind, as far as it can be used still. One that is written meanwhile may be missing.
 * @throws TypeError when the adapter cannot look anything up by account
 */
export function entriesOf<M extends StoredModel<BaseModel, never>>(
  Model: M,
  accountId: string,
): AsyncGenerator<InstanceType<M>, void, undefined>
export async function* entriesOf(
  Model: StoredModel<BaseModel, object>,
  accountId: string,
): AsyncGenerator<BaseModel, void, undefined> {
  if (typeof accountId !== 'string' || accountId === '') throw new TypeError('accountId must be a text')
  let after: string | undefined
  do {
    const page = await Model.rt.store.listByAccountId(Model.kind, accountId, { limit: PAGE_SIZE, after })
    for (const { id, payload } of page.entries) {
      // A database may take one spelling of an account for another.
      const model = payload.accountId === accountId ? restoreFound(Model, id, payload) : undefined
      if (model?.isValid) yield model
    }
    after = page.next
  } while (after !== undefined)
}

/** What to do with entries while others may be written. */
interface Sweep<T> {
  list(): AsyncIterable<T>
  atOnce(entries: readonly T[]): Promise<void>
}

/**
 * Does something to every entry of a list that ends it, until there are none: also to those that were written, or moved
 * to another id, while it was read.
 * @returns how many there were
 */
export async function endAll<T>(sweep: Sweep<T>): Promise<number> {
  let ended = 0
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = await endListed(sweep)
    if (found === 0) break
    ended += found
  }
  return ended
}

async function endListed<T>({ list, atOnce }: Sweep<T>): Promise<number> {
  let found = 0
  let some: T[] = []
  for await (const entry of list()) {
    some.push(entry)
    found += 1
    if (some.length < PAGE_SIZE) continue
    await atOnce(some)
    some = []
  }
  await atOnce(some)
  return found
}
