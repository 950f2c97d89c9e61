import { once } from 'node:events'
import { Redis } from 'ioredis'
import { postgresAdapter } from '../../../lib/adapters/postgres.ts'
import { redisAdapter } from '../../../lib/adapters/redis.ts'
import type { AdapterFactory } from '../../../types/adapter.ts'
import { openPool } from '../../adapters/postgres/support/postgres_server.ts'
import { CLIENT_OPTIONS, watched } from '../../adapters/redis/support/redis_server.ts'
import { sqliteOn } from '../sqlite_files.ts'

/** Connects to storage by its address, as the hosts of docs/storage.md do. */
export async function openStorage(address: string): Promise<AdapterFactory> {
  const { protocol, pathname } = new URL(address, 'sqlite:/')
  if (protocol === 'sqlite:') return sqliteOn(pathname)
  return protocol === 'postgres:' ? openPostgres(address) : openRedis(address)
}

async function openPostgres(address: string): Promise<AdapterFactory> {
  const adapter = postgresAdapter(openPool(address))
  await adapter.migrate()
  return adapter
}

/** `sentinel://host:port/name` asks a Sentinel for the master of that name. */
async function openRedis(address: string): Promise<AdapterFactory> {
  const { protocol, hostname, port, pathname } = new URL(address)
  const sentinels = [{ host: hostname, port: Number(port) }]
  const client = watched(
    protocol === 'sentinel:'
      ? new Redis({ ...CLIENT_OPTIONS, sentinels, name: pathname.slice(1) })
      : new Redis(address, CLIENT_OPTIONS),
  )
  await once(client, 'ready')
  return redisAdapter(client)
}
