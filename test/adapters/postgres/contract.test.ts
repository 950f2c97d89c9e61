import { adapterContract } from '../../../lib/adapters/contract.ts'
import {
  type PostgresAdapter,
  type PostgresAdapterOptions,
  postgresAdapter,
} from '../../../lib/adapters/postgres.ts'
import { sealedAdapter } from '../../../lib/adapters/sealed.ts'
import type { ModelName } from '../../../types/adapter.ts'
import { openPool, type PostgresServer, startPostgres, stopPostgres } from './support/postgres_server.ts'

/** The contract wants an adapter before there is a server. */
function later(make: () => PostgresAdapter) {
  let made: PostgresAdapter | undefined
  const adapter = () => {
    made ??= make()
    return made
  }
  return Object.assign((name: ModelName) => adapter()(name), {
    commit: (...args: Parameters<PostgresAdapter['commit']>) => adapter().commit(...args),
    migrate: () => adapter().migrate(),
  })
}

describe('A177, A178, A182 the PostgreSQL adapter', () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
  })
  after(stopPostgres)

  const WAYS: readonly [title: string, options: PostgresAdapterOptions, connection: string][] = [
    ['with prepared statements', { schema: 'prepared' }, ''],
    ['without prepared statements', { schema: 'plain', prepare: false }, ''],
    ...['repeatable read', 'serializable'].map((level): [string, PostgresAdapterOptions, string] => [
      `where transactions are ${level}`,
      { schema: level.replace(' ', '_') },
      `-c default_transaction_isolation=${level.replace(' ', '\\ ')}`,
    ]),
  ]
  for (const [title, options, settings] of WAYS) {
    describe(title, () => {
      const adapter = later(() => postgresAdapter(openPool(server.url, { options: settings }), options))
      before(() => adapter.migrate())

      adapterContract({ adapter, describe, it, hasCommit: true })
    })
  }

  describe('A184 sealed', () => {
    const adapter = later(() => postgresAdapter(openPool(server.url), { schema: 'sealed' }))
    before(() => adapter.migrate())
    const keys = ['a key of thirty-two bytes or more']

    adapterContract({ adapter: sealedAdapter(adapter, { keys }), describe, it, hasCommit: true })
  })
})
