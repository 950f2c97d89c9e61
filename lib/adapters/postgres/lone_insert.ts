import type { CommitOperation } from '../../../types/adapter.ts'
import { hasForeignIds } from '../operations.ts'
import type { ServerClock } from '../server_clock.ts'
import type { Database } from './database.ts'
import { DATABASE_CLOCK } from './database_clock.ts'
import { payloadOf, type StoredStep, stepOf } from './steps.ts'
import { textColumn } from './text_column.ts'

/** What is stored of a new entry that nobody else can know of and nothing points at, such as the token of a client. */
export function aloneIn(operation: CommitOperation | undefined): StoredStep | undefined {
  if (operation?.op !== 'insert' || hasForeignIds(operation.model)) return undefined
  const step = stepOf(operation)
  const { grant_id, uid, user_code } = step
  return grant_id === undefined && uid === undefined && user_code === undefined ? step : undefined
}

/**
 * Stores such an entry. Nothing has to be locked or looked at for it, so a plain statement does, which costs the database
 * a fraction of a list.
 * @param deadline epoch milliseconds
 * @returns whether it is stored; when it is not, it is too late or such an entry is there, and a list says which
 */
export async function storeAlone(
  database: Database,
  clock: ServerClock,
  step: StoredStep,
  deadline: number | undefined,
): Promise<boolean> {
  const values = [
    step.model,
    step.id,
    payloadOf(step),
    step.exp ?? null,
    step.keep ?? null,
    step.consumed ?? null,
    step.version ?? null,
    step.account_id ?? null,
    deadline === undefined ? null : clock.theirs(deadline),
  ]
  const sent = Date.now()
  const [row] = await database.change('insert', statement(database.schema), values, deadline)
  if (row === undefined) return false
  clock.learn(sent, Number(textColumn(row, 'clock')))
  return true
}

const statement = (schema: string) => `INSERT INTO ${schema}.entries
    (model, id, payload, expires_at, consumed, version, account_id)
  SELECT $1, $2, $3::jsonb,
    least(to_timestamp($4::double precision), clock_timestamp() + make_interval(secs => $5::double precision)),
    $6::bigint, $7::double precision, $8
  WHERE $9::double precision IS NULL OR ${DATABASE_CLOCK} < $9::double precision
  ON CONFLICT (model, id) DO NOTHING
  RETURNING (${DATABASE_CLOCK})::double precision::text AS clock`
