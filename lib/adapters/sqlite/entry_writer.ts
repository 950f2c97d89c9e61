import type { AdapterPayload, CommitOutcome, ModelName } from '../../../types/adapter.ts'
import { holds } from '../operations.ts'
import type { Job, JobResult, StoredEntry, StoredOperation } from './jobs.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite_database.ts'

const STATEMENTS = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  find: `SELECT position, payload FROM entries
    WHERE id = ? AND model = ? AND (expires_at IS NULL OR expires_at > ?)`,
  // A replaced entry gets a new position: it is the one that was stored last.
  put: `INSERT OR REPLACE INTO entries (model, id, payload, expires_at, uid, user_code, grant_id, account_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  change: 'UPDATE entries SET payload = ? WHERE position = ?',
  destroy: 'DELETE FROM entries WHERE id = ? AND model = ?',
  revoke: 'DELETE FROM entries WHERE grant_id = ? AND model = ?',
  prune: `DELETE FROM entries WHERE position IN
    (SELECT position FROM entries WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`,
} as const

interface Found {
  readonly position: number
  readonly payload: AdapterPayload
}

/** Carries out jobs on one connection, between `begin` and `commit` or `rollback`. */
export class EntryWriter {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, SqliteStatement>>

  constructor(database: SqliteDatabase) {
    const prepare = (name: keyof typeof STATEMENTS) => database.prepare(STATEMENTS[name])
    this.#statements = {
      begin: prepare('begin'),
      commit: prepare('commit'),
      rollback: prepare('rollback'),
      find: prepare('find'),
      put: prepare('put'),
      change: prepare('change'),
      destroy: prepare('destroy'),
      revoke: prepare('revoke'),
      prune: prepare('prune'),
    }
  }

  begin(): void {
    this.#statements.begin.run()
  }

  commit(): void {
    this.#statements.commit.run()
  }

  rollback(): void {
    this.#statements.rollback.run()
  }

  run(job: Job): JobResult {
    switch (job.kind) {
      case 'commit':
        return { outcome: this.#commit(job.operations) }
      case 'revoke':
        return { removed: this.#statements.revoke.run(job.grantId, job.model) }
      case 'prune':
        return { removed: this.prune(job.most) }
    }
  }

  /** Removes entries that have expired, those first that did so long ago. @returns how many */
  prune(most: number): number {
    return this.#statements.prune.run(Date.now(), most)
  }

  /** Conditions first: the lock is held already, so nothing changes between them and the writes. */
  #commit(operations: readonly StoredOperation[]): CommitOutcome {
    const found = operations.map(({ model, id }) => this.#find(model, id))
    const failed = operations.findIndex((operation, position) => !holds(operation, found[position]?.payload))
    if (failed !== -1) return { committed: false, failed }
    for (const [position, operation] of operations.entries()) this.#apply(operation, found[position])
    return { committed: true }
  }

  #find(model: ModelName, id: string): Found | undefined {
    const row = this.#statements.find.get(id, model, Date.now())
    if (row === undefined) return undefined
    return { position: Number(row['position']), payload: JSON.parse(String(row['payload'])) }
  }

  #apply(operation: StoredOperation, found: Found | undefined): void {
    if (operation.op === 'insert' || operation.op === 'put') this.#put(operation.entry)
    else if (operation.op === 'destroy') this.#statements.destroy.run(operation.id, operation.model)
    else if (operation.op === 'consume' && found !== undefined) this.#consume(found, operation.attempt)
  }

  #put({ model, id, text, expiresAt, uid, userCode, grantId, accountId }: StoredEntry): void {
    this.#statements.put.run(model, id, text, expiresAt, uid, userCode, grantId, accountId)
  }

  #consume({ position, payload }: Found, attempt: string): void {
    const consumed = Math.floor(Date.now() / 1000)
    this.#statements.change.run(JSON.stringify({ ...payload, consumed, attempt }), position)
  }
}
