import type { AdapterFactory } from '../../types/adapter.ts'
import { mapAdapter } from './map_adapter.ts'
import type { Setup } from './setup.ts'

/** What a provider keeps everything in; nothing where it is to use what it has by itself. */
export async function openAdapter(setup: Setup): Promise<AdapterFactory | undefined> {
  if (setup.adapter === 'builtin') return undefined
  if (setup.adapter === 'map') return mapAdapter()
  const { url, part } = setup.storage ?? { url: '', part: '' }
  return setup.adapter === 'redis' ? openRedis(setup, url, part) : openPostgres(setup, url, part)
}

async function openRedis({ isOurs }: Setup, url: string, part: string): Promise<AdapterFactory> {
  const { Redis } = await import('ioredis')
  const client = new Redis(url)
  if (!isOurs) return (await import('./contract_redis_adapter.ts')).contractRedisAdapter(client, part)
  const { redisAdapter } = await import('../../lib/adapters/redis.ts')
  return redisAdapter(client, { prefix: part })
}

async function openPostgres({ isOurs }: Setup, url: string, part: string): Promise<AdapterFactory> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  if (!isOurs) return (await import('./contract_postgres_adapter.ts')).contractPostgresAdapter(pool, part)
  const { postgresAdapter } = await import('../../lib/adapters/postgres.ts')
  const adapter = postgresAdapter(pool, { schema: part })
  await adapter.migrate()
  return adapter
}
