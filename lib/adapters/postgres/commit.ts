import type { CommitOperation, CommitOutcome } from '../../../types/adapter.ts'
import type { ServerClock } from '../server_clock.ts'
import { StorageUnavailable } from '../storage_unavailable.ts'
import type { Database } from './database.ts'
import { DATABASE_CLOCK } from './database_clock.ts'
import { sqlStateOf } from './failure.ts'
import { aloneIn, storeAlone } from './lone_insert.ts'
import { DEADLINE_PASSED, INSERT_LOST } from './migration.ts'
import { stepsOf } from './steps.ts'
import { textColumn } from './text_column.ts'

/** Carries out a list in one statement. @param deadline epoch milliseconds */
export async function commit(
  database: Database,
  clock: ServerClock,
  operations: readonly CommitOperation[],
  deadline?: number,
): Promise<CommitOutcome> {
  if (operations.length === 0) return { committed: true }
  if (deadline !== undefined && clock.ahead === undefined) await readClock(database, clock)
  try {
    return await commitOnce(database, clock, operations, deadline)
  } catch (error) {
    if (deadline === undefined || Date.now() >= deadline || !cameTooLate(error)) throw error
    // There is time left, so one of the clocks was set; what came too late has changed nothing.
    await readClock(database, clock)
    return await commitOnce(database, clock, operations, deadline)
  }
}

async function commitOnce(
  database: Database,
  clock: ServerClock,
  operations: readonly CommitOperation[],
  deadline: number | undefined,
): Promise<CommitOutcome> {
  if (deadline !== undefined && Date.now() >= deadline)
    throw new StorageUnavailable(new Error('the deadline of this commit has passed'))
  const alone = operations.length === 1 ? aloneIn(operations[0]) : undefined
  if (alone !== undefined && (await storeAlone(database, clock, alone, deadline))) return { committed: true }
  return await storeList(database, clock, operations, deadline)
}

async function storeList(
  database: Database,
  clock: ServerClock,
  operations: readonly CommitOperation[],
  deadline: number | undefined,
): Promise<CommitOutcome> {
  const text = `SELECT failed, clock FROM ${database.schema}.commit_v1($1, $2)`
  const values = [stepsOf(operations), deadline === undefined ? null : clock.theirs(deadline)]
  const sent = Date.now()
  try {
    const [row] = await database.change('commit', text, values, deadline)
    clock.learn(sent, Number(textColumn(row, 'clock')))
    const failed = textColumn(row, 'failed')
    return failed === null ? { committed: true } : { committed: false, failed: Number(failed) }
  } catch (error) {
    const failed = lostInsert(error)
    if (failed === undefined) throw error
    return { committed: false, failed }
  }
}

const cameTooLate = (error: unknown): boolean =>
  error instanceof StorageUnavailable && sqlStateOf(error.cause) === DEADLINE_PASSED

/** A deadline means nothing until it is known how the clocks differ: once per process, and when one was set. */
async function readClock(database: Database, clock: ServerClock): Promise<void> {
  const text = `SELECT (${DATABASE_CLOCK})::double precision::text AS clock`
  const sent = Date.now()
  const [row] = await database.rows('clock', text, [])
  clock.learn(sent, Number(textColumn(row, 'clock')))
}

function lostInsert(error: unknown): number | undefined {
  if (sqlStateOf(error) !== INSERT_LOST) return undefined
  return error instanceof Error && 'detail' in error ? Number(error.detail) : undefined
}
