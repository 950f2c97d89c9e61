import type { CommitOperation } from '../../types/adapter.ts'
import type { Store } from '../adapters/store.ts'
import type { Session } from './session.ts'

/** How often a request that lost a race tries again on top of what the winner stored. */
const MAX_REBASES = 32

/** The write that could not be made: somebody else was faster. */
export class CommitConflict extends Error {
  readonly operation: CommitOperation

  constructor(operation: CommitOperation) {
    super(`${operation.op} of a ${operation.model} failed`)
    this.name = 'CommitConflict'
    this.operation = operation
  }
}

/** Writes that belong together. */
export interface Writes {
  /** The operations; asked for again after `rebase`. */
  operations(): readonly CommitOperation[]
  /** They took effect: tell listeners, not before. */
  written?(): void
  /**
   * One of them failed because another request was faster.
   * @returns whether it makes sense to try again, with what `operations` gives now
   */
  rebase?(): Promise<boolean>
}

/** Collects what a request has to write, so that all of it is written at once, or nothing. */
export class Transaction {
  readonly #store: Store
  readonly #writes: Writes[] = []

  constructor(store: Store) {
    this.#store = store
  }

  /** @param afterwards runs when the commit took effect: tell listeners, not before */
  add(operations: readonly CommitOperation[], afterwards?: () => void): void {
    this.addWrites({
      operations: () => operations,
      ...(afterwards === undefined ? {} : { written: afterwards }),
    })
  }

  /** Adds writes that may know what to do when they lose a race. */
  addWrites(writes: Writes): void {
    this.#writes.push(writes)
  }

  /** Stores the session too, as it is when the commit happens. */
  addSession(session: Session): void {
    this.addWrites(session)
  }

  /** @throws CommitConflict naming the write that failed; then nothing was written */
  async commit(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const listed = this.#writes.flatMap((writes) =>
        writes.operations().map((operation) => ({ operation, writes })),
      )
      if (listed.length === 0) break
      const outcome = await this.#store.commit(listed.map(({ operation }) => operation))
      if (outcome.committed) break
      const failed = listed[outcome.failed]
      if (failed === undefined) throw new Error('the adapter named an operation that it was not given')
      const { operation, writes } = failed
      if (attempt === MAX_REBASES || !(await writes.rebase?.())) throw new CommitConflict(operation)
    }
    for (const writes of this.#writes) writes.written?.()
  }
}
