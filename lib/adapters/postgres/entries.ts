import type {
  AccountEntries,
  AdapterPayload,
  CommitOperation,
  CommitOutcome,
  GivenAdapter,
  ModelName,
} from '../../../types/adapter.ts'
import { randomId } from '../../helpers/random_id.ts'
import { isUsableId } from '../operations.ts'
import { accountKey } from './account_key.ts'
import type { Database } from './database.ts'
import type { GatheredReads } from './gathered_reads.ts'
import { readEntry, readListed } from './stored_payload.ts'

type Commit = (operations: readonly CommitOperation[]) => Promise<CommitOutcome>

const COLUMNS = 'payload::text AS payload, consumed::text AS consumed, attempt'
const LIVE = '(expires_at IS NULL OR expires_at > now())'

/** The statements that read, by what they look for; ids of the "C" collation stand in the order of their bytes. */
export const readingStatements = (schema: string) => ({
  id: `SELECT ${COLUMNS} FROM ${schema}.entries WHERE model = $1 AND id = $2 AND ${LIVE}`,
  // Each by the index, whatever the planner thinks of the length of the list.
  ids: `SELECT asked.position::text AS position, found.*
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (model, id, position)
    CROSS JOIN LATERAL (SELECT ${COLUMNS} FROM ${schema}.entries
      WHERE model = asked.model AND id = asked.id AND ${LIVE} LIMIT 1) AS found`,
  uid: `SELECT ${COLUMNS} FROM ${schema}.entries WHERE model = $1 AND uid = $2 AND ${LIVE}
    ORDER BY written DESC LIMIT 1`,
  userCode: `SELECT ${COLUMNS} FROM ${schema}.entries WHERE model = $1 AND user_code = $2 AND ${LIVE} LIMIT 1`,
  account: `SELECT id, ${COLUMNS} FROM ${schema}.entries
    WHERE model = $1 AND account_id = $2 AND id > $3 AND ${LIVE} ORDER BY id LIMIT $4`,
})

type ReadingStatements = ReturnType<typeof readingStatements>

/** What the entries of all models share. */
export interface EntriesOfModels {
  readonly database: Database
  readonly commit: Commit
  readonly reading: ReadingStatements
  readonly reads: GatheredReads
}

/** The entries of one model. What cannot be an id finds nothing. */
export class PostgresEntries implements GivenAdapter {
  readonly #model: ModelName
  readonly #database: Database
  readonly #commit: Commit
  readonly #reading: ReadingStatements
  readonly #reads: GatheredReads

  constructor(model: ModelName, { database, commit, reading, reads }: EntriesOfModels) {
    this.#model = model
    this.#database = database
    this.#commit = commit
    this.#reading = reading
    this.#reads = reads
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    if (!isUsableId(id)) throw new TypeError(`${this.#model}: not an id that can be stored`)
    await this.#commit([{ op: 'put', model: this.#model, id, payload, expiresIn }])
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return isUsableId(id) ? this.#reads.find(this.#model, id) : undefined
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#read('uid', uid)
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#read('userCode', userCode)
  }

  async consume(id: string): Promise<boolean> {
    if (!isUsableId(id)) return false
    const { committed } = await this.#commit([{ op: 'consume', model: this.#model, id, attempt: randomId() }])
    return committed
  }

  async destroy(id: string): Promise<void> {
    if (!isUsableId(id)) return
    const text = `DELETE FROM ${this.#database.schema}.entries WHERE model = $1 AND id = $2`
    await this.#database.change('destroy', text, [this.#model, id])
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    if (!isUsableId(grantId)) return
    const text = `SELECT again FROM ${this.#database.schema}.revoke_v1($1, $2)`
    const [row] = await this.#database.change('revoke', text, [this.#model, grantId])
    const isBlind = typeof row === 'object' && row !== null && 'again' in row && row.again !== null
    if (isBlind) await this.#database.change('revoke', text, [this.#model, grantId])
  }

  async listByAccountId(
    accountId: string,
    { limit, after = '' }: { limit: number; after?: string | undefined },
  ): Promise<AccountEntries> {
    const values = [this.#model, accountKey(accountId), after, limit]
    const rows = await this.#database.rows('account', this.#reading.account, values)
    const entries = rows.map(readListed)
    return { entries, next: entries.length < limit ? undefined : entries.at(-1)?.id }
  }

  async #read(by: 'uid' | 'userCode', value: string) {
    if (!isUsableId(value)) return undefined
    return readEntry(await this.#database.rows(by, this.#reading[by], [this.#model, value]))
  }
}
