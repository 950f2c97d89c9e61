import { failureOf, mayBeRepeated } from './failure.ts'
import type { PostgresPool } from './pool.ts'

/** How often a transaction is begun again that has no deadline. */
const MOST_REPETITIONS = 20

/** The statements, each prepared once per connection, on the pool of the host. */
export class Database {
  readonly #pool: PostgresPool
  /** Checked and quoted. */
  readonly schema: string
  readonly #isPrepared: boolean

  constructor(pool: PostgresPool, schema: string, isPrepared: boolean) {
    this.#pool = pool
    this.schema = schema
    this.#isPrepared = isPrepared
  }

  /**
   * @param name short and unique; the connections may be shared with others
   * @throws StorageUnavailable for what may pass
   */
  async rows(name: string, text: string, values: unknown[]): Promise<readonly unknown[]> {
    try {
      return await this.#send(name, text, values)
    } catch (error) {
      throw failureOf(error)
    }
  }

  /** Begins again when transactions came into each other's way. @param deadline epoch milliseconds */
  async change(
    name: string,
    text: string,
    values: unknown[],
    deadline?: number,
  ): Promise<readonly unknown[]> {
    for (let repetition = 0; ; repetition += 1) {
      try {
        return await this.#send(name, text, values)
      } catch (error) {
        const hasTime = deadline === undefined ? repetition < MOST_REPETITIONS : Date.now() < deadline
        if (!mayBeRepeated(error) || !hasTime) throw failureOf(error)
      }
    }
  }

  /** Runs several statements in one transaction. */
  async script(text: string): Promise<void> {
    try {
      await this.#pool.query({ text })
    } catch (error) {
      throw failureOf(error)
    }
  }

  async #send(name: string, text: string, values: unknown[]): Promise<readonly unknown[]> {
    const statement = this.#isPrepared
      ? { name: `op_${name}_${this.schema}`, text, values }
      : { text, values }
    const { rows } = await this.#pool.query(statement)
    return rows
  }
}
