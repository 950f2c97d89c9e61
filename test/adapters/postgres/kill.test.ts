import type pg from 'pg'
import { describeKilledProcesses } from '../../support/deployment/killed_processes.ts'
import { openPool, startPostgres, stopPostgres } from './support/postgres_server.ts'

let pool: pg.Pool

describeKilledProcesses('A177 a process on PostgreSQL that is killed while it issues tokens', {
  async start() {
    const server = await startPostgres()
    pool = openPool(server.url)
    return server.url
  },
  stop: stopPostgres,
  async issuedAndSpent(codes) {
    const table = 'openid_provider.entries'
    const issued = await pool.query(
      `SELECT FROM ${table} WHERE model = 'AccessToken' AND payload->>'gty' = 'authorization_code'`,
    )
    const spent = await pool.query(
      `SELECT FROM ${table} WHERE model = 'AuthorizationCode' AND id = ANY ($1) AND consumed IS NOT NULL`,
      [codes],
    )
    return [issued.rows.length, spent.rows.length]
  },
})
