import type { AdapterPayload, ModelName } from '../../../types/adapter.ts'
import { endOfTurn } from '../../helpers/promises/end_of_turn.ts'
import type { Database } from './database.ts'
import { readEntry } from './stored_payload.ts'

interface Read {
  readonly model: ModelName
  readonly id: string
  found(entry: AdapterPayload | undefined): void
  failed(why: unknown): void
}

const positionOf = (row: unknown): number =>
  typeof row === 'object' && row !== null && 'position' in row ? Number(row.position) : Number.NaN

/**
 * Looks entries up by their ids: all that is asked for in one turn of the event loop by one statement, whichever
 * requests ask for it. A statement costs a connection of the pool, and both sides more than the entries do.
 */
export class GatheredReads {
  readonly #database: Database
  readonly #one: string
  readonly #many: string
  #reads: Read[] = []

  /** @param one finds an entry by model and id @param many finds some by a list of each, and says the position of each */
  constructor(database: Database, { id: one, ids: many }: { readonly id: string; readonly ids: string }) {
    this.#database = database
    this.#one = one
    this.#many = many
  }

  find(model: ModelName, id: string): Promise<AdapterPayload | undefined> {
    return new Promise((found, failed) => {
      if (this.#reads.push({ model, id, found, failed }) === 1) endOfTurn(() => this.#readAll())
    })
  }

  async #readAll(): Promise<void> {
    const reads = this.#reads
    this.#reads = []
    try {
      const rows = await this.#rowsOf(reads)
      for (const [index, read] of reads.entries()) answer(read, rows.get(index + 1))
    } catch (why) {
      for (const { failed } of reads) failed(why)
    }
  }

  /** @returns rows by the positions of what was asked for, the first of which is 1 */
  async #rowsOf(reads: readonly Read[]): Promise<ReadonlyMap<number, unknown>> {
    const [first] = reads
    if (first !== undefined && reads.length === 1) {
      const [row] = await this.#database.rows('id', this.#one, [first.model, first.id])
      return new Map([[1, row]])
    }
    const values = [reads.map(({ model }) => model), reads.map(({ id }) => id)]
    const rows = await this.#database.rows('ids', this.#many, values)
    return new Map(rows.map((row) => [positionOf(row), row]))
  }
}

/** A row that is none of ours is the matter of who asked for it. */
function answer({ found, failed }: Read, row: unknown): void {
  try {
    found(readEntry(row === undefined ? [] : [row]))
  } catch (why) {
    failed(why)
  }
}
