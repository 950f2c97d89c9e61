import { Redis } from 'ioredis'
import { redisAdapter } from '../../lib/adapters/redis.ts'
import { randomId } from '../../lib/helpers/random_id.ts'
import type { AdapterFactory } from '../../types/adapter.ts'

const clients = new Set<Redis>()

/** Storage of its own for a provider that a test did not choose one for: in memory, or on the Redis of `TEST_REDIS`. */
export function ownStorage(): { adapter?: AdapterFactory } {
  const url = process.env['TEST_REDIS'] ?? ''
  if (url === '') return {}
  const client = new Redis(url)
  clients.add(client)
  return { adapter: redisAdapter(client, { prefix: randomId() }) }
}

export function closeStorage(): void {
  for (const client of clients) client.disconnect()
  clients.clear()
}
