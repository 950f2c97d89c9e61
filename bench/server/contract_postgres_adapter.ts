import type pg from 'pg'
import type { AdapterFactory, AdapterPayload, GivenAdapter } from '../../types/adapter.ts'

const tableOf = (part: string): string => `CREATE TABLE IF NOT EXISTS ${part} (
  model text NOT NULL, id text NOT NULL, payload jsonb NOT NULL, consumed bigint, expires_at timestamptz,
  uid text, user_code text, grant_id text, PRIMARY KEY (model, id));
CREATE INDEX ON ${part} (uid) WHERE uid IS NOT NULL;
CREATE INDEX ON ${part} (user_code) WHERE user_code IS NOT NULL;
CREATE INDEX ON ${part} (grant_id) WHERE grant_id IS NOT NULL`

interface Row {
  payload: AdapterPayload
  consumed: string | null
}

/**
 * The documented contract on PostgreSQL as a careful host writes it: one table, indexes for what is looked up, prepared
 * statements, one statement for each call; without `commit`.
 */
export async function contractPostgresAdapter(pool: pg.Pool, part: string): Promise<AdapterFactory> {
  await pool.query(tableOf(part))
  const run = (name: string, text: string, values: unknown[]) =>
    pool.query<Row>({ name: `${part} ${name}`, text, values })
  const select = `SELECT payload, consumed FROM ${part} WHERE model = $1 AND (expires_at IS NULL OR expires_at > now())`

  return (model): GivenAdapter => {
    const findBy = async (column: string, value: string): Promise<AdapterPayload | undefined> => {
      const { rows } = await run(column, `${select} AND ${column} = $2`, [model, value])
      const [row] = rows
      if (row === undefined) return undefined
      return { ...row.payload, ...(row.consumed === null ? {} : { consumed: Number(row.consumed) }) }
    }
    return {
      upsert: (id, payload, expiresIn) =>
        run(
          'upsert',
          `INSERT INTO ${part} (model, id, payload, expires_at, uid, user_code, grant_id)
           VALUES ($1, $2, $3, now() + make_interval(secs => $4), $5, $6, $7)
           ON CONFLICT (model, id) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at,
             uid = excluded.uid, user_code = excluded.user_code, grant_id = excluded.grant_id`,
          [model, id, JSON.stringify(payload), expiresIn, payload.uid, payload.userCode, payload.grantId],
        ),
      find: (id) => findBy('id', id),
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (userCode) => findBy('user_code', userCode),
      consume: (id) =>
        run('consume', `UPDATE ${part} SET consumed = $3 WHERE model = $1 AND id = $2`, [
          model,
          id,
          Math.floor(Date.now() / 1000),
        ]),
      destroy: (id) => run('destroy', `DELETE FROM ${part} WHERE model = $1 AND id = $2`, [model, id]),
      revokeByGrantId: (grantId) =>
        run('revoke', `DELETE FROM ${part} WHERE model = $1 AND grant_id = $2`, [model, grantId]),
    }
  }
}
