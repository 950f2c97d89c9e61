import type { CommitOperation } from '../../types/adapter.ts'
import { usesUp } from '../adapters/operations.ts'
import type { Store } from '../adapters/store.ts'
import { randomId } from '../helpers/random_id.ts'
import type { StoringOperation } from './base_model.ts'
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
  /** What many requests may want to write at once: those that lost try again one after the other. */
  readonly contendedAs?: string | undefined
}

/** One of the operations failed. */
interface Lost {
  readonly operation: CommitOperation
  readonly source: Writes
}

/** Something that may be used once, whatever becomes of the request: the identifier of an assertion or a proof. */
export interface Claim {
  readonly operation: StoringOperation
  /** What the request is answered with when it was used before. */
  refusal(): Error
  /** It was stored: tell listeners. */
  written?(): void
}

/**
 * Others may have made the same record: without a mark of its own nobody could tell whether a list of claims alone
 * took effect that got no answer.
 */
const recognisable = (operation: StoringOperation): StoringOperation => ({
  ...operation,
  payload: { ...operation.payload, attempt: randomId() },
})

/** Collects what a request has to write, so that all of it is written at once, or nothing. */
export class Transaction {
  readonly #store: Store
  readonly #writes: Writes[] = []
  #claims: readonly Claim[] = []
  #hasConsumed = false

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

  /**
   * Uses something up: in the request's own commit, so that issuing is atomic with it, or by `spendClaims`.
   * @see RFC 7523 §3 (`jti`), RFC 9449 §11.1
   */
  claim(claim: Claim): void {
    this.#claims = [...this.#claims, claim]
  }

  /** Something can be presented once only, and was: who presented it has nothing in its place until the answer has come. */
  get hasConsumed(): boolean {
    return this.#hasConsumed
  }

  /** Whether something is still to be used up. */
  get hasClaims(): boolean {
    return this.#claims.length > 0
  }

  /**
   * Stores the claims that no commit has stored: a request that writes nothing else, or fails, spends them too.
   * @throws the refusal of one that was used before
   */
  async spendClaims(): Promise<void> {
    const claims = this.#claims
    if (claims.length === 0) return
    const outcome = await this.#store.commit(claims.map(({ operation }) => recognisable(operation)))
    if (!outcome.committed) this.#refuse(claims[outcome.failed])
    this.#claimed()
  }

  #claimed(): void {
    for (const { written } of this.#claims) written?.()
    this.#claims = []
  }

  /** It is spent already; the others are still to be. */
  #refuse(claim: Claim | undefined): never {
    if (claim === undefined) throw new Error('the adapter named an operation that it was not given')
    this.#claims = this.#claims.filter((other) => other !== claim)
    throw claim.refusal()
  }

  /**
   * @throws CommitConflict naming the write that failed, or the refusal of a claim; then nothing was written
   */
  async commit(): Promise<void> {
    const lost = await this.#attempt()
    if (lost !== undefined) await this.#inTurn(lost)
    this.#claimed()
    for (const writes of this.#writes) writes.written?.()
  }

  /** @returns the operation that failed because another request was faster */
  async #attempt(): Promise<Lost | undefined> {
    const claims = this.#claims
    const operations: CommitOperation[] = claims.map(({ operation }) => operation)
    const sources: Writes[] = []
    for (const source of this.#writes) {
      for (const operation of source.operations()) {
        operations.push(operation)
        sources.push(source)
      }
    }
    if (operations.length === 0) return undefined
    const outcome = await this.#store.commit(operations)
    if (outcome.committed) {
      if (operations.some(usesUp)) this.#hasConsumed = true
      return undefined
    }
    if (outcome.failed < claims.length) this.#refuse(claims[outcome.failed])
    const [operation, source] = [operations[outcome.failed], sources[outcome.failed - claims.length]]
    if (operation === undefined || source === undefined)
      throw new Error('the adapter named an operation that it was not given')
    return { operation, source }
  }

  /** If all that lost tried again at once, all but one would lose again: work would grow with their square. */
  async #inTurn(lost: Lost): Promise<void> {
    const { contendedAs } = lost.source
    if (contendedAs === undefined) return this.#tryAgain(lost)
    await this.#store.inTurn(contendedAs, () => this.#tryAgain(lost))
  }

  async #tryAgain(lost: Lost): Promise<void> {
    let last = lost
    for (let attempt = 0; attempt < MAX_REBASES; attempt += 1) {
      if (!(await last.source.rebase?.())) break
      const failed = await this.#attempt()
      if (failed === undefined) return
      last = failed
    }
    throw new CommitConflict(last.operation)
  }
}
