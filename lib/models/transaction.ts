import type { CommitOperation } from '../../types/adapter.ts'
import type { Store } from '../adapters/store.ts'
import type { Session } from './session.ts'

/** How often a request that lost a race for the session tries again on top of what the winner stored. */
const MAX_REBASES = 8

/** The write that could not be made: somebody else was faster. */
export class CommitConflict extends Error {
  readonly operation: CommitOperation

  constructor(operation: CommitOperation) {
    super(`${operation.op} of a ${operation.model} failed`)
    this.name = 'CommitConflict'
    this.operation = operation
  }
}

/** Collects what a request has to write, so that all of it is written at once, or nothing. */
export class Transaction {
  readonly #store: Store
  readonly #operations: CommitOperation[] = []
  readonly #afterwards: (() => void)[] = []
  #session: Session | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** @param afterwards runs when the commit took effect: tell listeners, not before */
  add(operations: readonly CommitOperation[], afterwards?: () => void): void {
    this.#operations.push(...operations)
    if (afterwards !== undefined) this.#afterwards.push(afterwards)
  }

  /** Stores the session too, as it is when the commit happens. */
  addSession(session: Session): void {
    this.#session = session
  }

  /** @throws CommitConflict naming the write that failed; then nothing was written */
  async commit(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const operations = [...this.#operations, ...(this.#session?.writes() ?? [])]
      if (operations.length === 0) break
      const outcome = await this.#store.commit(operations)
      if (outcome.committed) break
      const failed = operations[outcome.failed]
      if (failed === undefined) throw new Error('the adapter named an operation that it was not given')
      const raced = this.#session !== undefined && outcome.failed >= this.#operations.length
      if (!raced || attempt === MAX_REBASES || !(await this.#session?.rebase()))
        throw new CommitConflict(failed)
    }
    this.#session?.written()
    for (const announce of this.#afterwards) announce()
  }
}
