import { once } from 'node:events'
import type { AdapterFactory } from '../../../types/adapter.ts'
import { sqliteOn } from '../sqlite_files.ts'

/** Connects to storage by its address, as the hosts of docs/storage.md do. */
export async function openStorage(address: string): Promise<AdapterFactory> {
  if (address.startsWith('/')) return sqliteOn(address)
  return address.startsWith('postgres:') ? openPostgres(address) : openRedis(address)
}

async function openPostgres(address: string): Promise<AdapterFactory> {
  const { openPool } = await import('../../adapters/postgres/support/postgres_server.ts')
  const { postgresAdapter } = await import('../../../lib/adapters/postgres.ts')
  const adapter = postgresAdapter(openPool(address))
  await adapter.migrate()
  return adapter
}

async function openRedis(address: string): Promise<AdapterFactory> {
  const { Redis } = await import('ioredis')
  const { CLIENT_OPTIONS, watched } = await import('../../adapters/redis/support/redis_server.ts')
  const { redisAdapter } = await import('../../../lib/adapters/redis.ts')
  const client = watched(new Redis(address, CLIENT_OPTIONS))
  await once(client, 'ready')
  return redisAdapter(client)
}
