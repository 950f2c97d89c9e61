/**
 * An adapter on a query builder: Kysely 0.28 over SQLite (better-sqlite3 12), as a host writes it that has both. It is held to the
 * whole contract, and every flow runs on it, in one process. Several processes on one file, and other dialects, were not run.
 * On PostgreSQL take the first look at entries with `.forUpdate()`, in one order, instead of the lock of the whole file.
 */
import { type ColumnType, type Insertable, type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type {
  AccountEntries,
  AdapterCommit,
  AdapterFactory,
  AdapterPayload,
  CommitOperation,
  GivenAdapter,
  ModelName,
} from '../../types/adapter.ts'

interface EntryTable {
  /** Grows with each write: of two sessions with one uid the later is meant. */
  position: ColumnType<number, never, never>
  model: string
  id: string
  payload: string
  expires_at: number | null
  /** What a use adds; beside the payload, which then stays as it was. */
  consumed: number | null
  attempt: string | null
  uid: string | null
  user_code: string | null
  grant_id: string | null
  account_id: string | null
}

/** What the adapter needs of the host's database. */
export interface ProviderTables {
  entries: EntryTable
}

type Database = Kysely<ProviderTables> | Transaction<ProviderTables>
type Row = Pick<Selectable<EntryTable>, 'payload' | 'expires_at' | 'consumed' | 'attempt'>

const COLUMNS = ['payload', 'expires_at', 'consumed', 'attempt'] as const
const now = (): number => Math.floor(Date.now() / 1000)

/** Makes the table, where it is not there. */
export async function createEntries(db: Kysely<ProviderTables>): Promise<void> {
  await db.schema
    .createTable('entries')
    .ifNotExists()
    .addColumn('position', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'integer')
    .addColumn('consumed', 'integer')
    .addColumn('attempt', 'text')
    .addColumn('uid', 'text')
    .addColumn('user_code', 'text')
    .addColumn('grant_id', 'text')
    .addColumn('account_id', 'text')
    .addUniqueConstraint('entries_by_id', ['model', 'id'])
    .execute()
  for (const column of ['expires_at', 'uid', 'user_code', 'grant_id', 'account_id'])
    await db.schema.createIndex(`entries_${column}`).ifNotExists().on('entries').column(column).execute()
}

/** @param db whose table was made by `createEntries` */
export function kyselyAdapter(db: Kysely<ProviderTables>): AdapterFactory {
  return Object.assign((model: ModelName) => new KyselyAdapter(db, model), { commit: committer(db) })
}

class KyselyAdapter implements Required<GivenAdapter> {
  readonly #db: Kysely<ProviderTables>
  readonly #model: ModelName

  constructor(db: Kysely<ProviderTables>, model: ModelName) {
    this.#db = db
    this.#model = model
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    await write(this.#db, { model: this.#model, id, payload, expiresIn })
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return find(this.#db, this.#model, id)
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('uid', uid)
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('user_code', userCode)
  }

  async consume(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('entries')
      .set({ consumed: now() })
      .where('model', '=', this.#model)
      .where('id', '=', id)
      .where('consumed', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  }

  async destroy(id: string): Promise<void> {
    await remove(this.#db, this.#model, id)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#db
      .deleteFrom('entries')
      .where('model', '=', this.#model)
      .where('grant_id', '=', grantId)
      .execute()
  }

  async listByAccountId(
    accountId: string,
    { limit, after = '' }: { limit: number; after?: string | undefined },
  ): Promise<AccountEntries> {
    const rows = await this.#db
      .selectFrom('entries')
      .select(['id', ...COLUMNS])
      .where('model', '=', this.#model)
      .where('account_id', '=', accountId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute()
    const entries = rows.flatMap((row) => {
      const payload = payloadOf(row)
      return payload === undefined ? [] : [{ id: row.id, payload }]
    })
    return { entries, next: rows.length < limit ? undefined : rows.at(-1)?.id }
  }

  async #findBy(column: 'uid' | 'user_code', value: string): Promise<AdapterPayload | undefined> {
    const row = await this.#db
      .selectFrom('entries')
      .select(COLUMNS)
      .where('model', '=', this.#model)
      .where(column, '=', value)
      .orderBy('position', 'desc')
      .limit(1)
      .executeTakeFirst()
    return payloadOf(row)
  }
}

function payloadOf(row: Row | undefined): AdapterPayload | undefined {
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now())) return undefined
  const payload: AdapterPayload = JSON.parse(row.payload)
  if (row.consumed === null) return payload
  return { ...payload, consumed: row.consumed, ...(row.attempt === null ? {} : { attempt: row.attempt }) }
}

async function find(db: Database, model: ModelName, id: string): Promise<AdapterPayload | undefined> {
  const query = db.selectFrom('entries').select(COLUMNS).where('model', '=', model).where('id', '=', id)
  return payloadOf(await query.executeTakeFirst())
}

interface Entry {
  model: ModelName
  id: string
  payload: AdapterPayload
  expiresIn?: number | undefined
}

/** Takes the place of the whole row. */
async function write(db: Database, { model, id, payload, expiresIn }: Entry): Promise<void> {
  const { uid = null, userCode = null, grantId = null, accountId = null, attempt = null } = payload
  const row: Insertable<EntryTable> = {
    model,
    id,
    payload: JSON.stringify(payload),
    expires_at: expiresIn === undefined ? null : now() + expiresIn,
    consumed: typeof payload.consumed === 'number' ? payload.consumed : null,
    attempt,
    uid,
    user_code: userCode,
    grant_id: grantId,
    account_id: accountId,
  }
  await db.replaceInto('entries').values(row).execute()
}

async function remove(db: Database, model: ModelName, id: string): Promise<void> {
  await db.deleteFrom('entries').where('model', '=', model).where('id', '=', id).execute()
}

function committer(db: Kysely<ProviderTables>): AdapterCommit {
  return (operations, { deadline } = { deadline: Number.POSITIVE_INFINITY }) =>
    db.transaction().execute(async (transaction) => {
      await lock(transaction)
      if (Date.now() >= deadline) throw new Error('the deadline of this commit has passed')
      for (const [failed, operation] of operations.entries())
        if (!(await holds(transaction, operation))) return { committed: false, failed }
      for (const operation of operations) await carryOut(transaction, operation)
      return { committed: true }
    })
}

/** Kysely begins without a lock. A statement that writes takes it before the first look, and may as well tidy up. */
async function lock(db: Database): Promise<void> {
  const expired = db.selectFrom('entries').select('position').where('expires_at', '<=', now()).limit(2)
  await db.deleteFrom('entries').where('position', 'in', expired).execute()
}

async function holds(db: Database, operation: CommitOperation): Promise<boolean> {
  if (operation.op === 'put' || operation.op === 'destroy') return true
  const found = await find(db, operation.model, operation.id)
  const isLive = found !== undefined && (found.exp ?? Number.POSITIVE_INFINITY) > now()
  if (operation.op === 'insert') return !isLive
  if (!isLive || found.consumed !== undefined) return false
  return (
    operation.op === 'consume' ||
    operation.version === undefined ||
    (found.version ?? 0) === operation.version
  )
}

async function carryOut(db: Database, operation: CommitOperation): Promise<void> {
  const { model, id } = operation
  switch (operation.op) {
    case 'insert':
    case 'put':
      return write(db, operation)
    case 'destroy':
      return remove(db, model, id)
    case 'consume': {
      const used = { consumed: now(), attempt: operation.attempt }
      await db.updateTable('entries').set(used).where('model', '=', model).where('id', '=', id).execute()
    }
  }
}

/** Removes everything that has expired; for a timer of the host. */
export async function prune(db: Kysely<ProviderTables>): Promise<void> {
  await sql`DELETE FROM entries WHERE expires_at <= ${now()}`.execute(db)
}
