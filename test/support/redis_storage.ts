import { Redis } from 'ioredis'
import { redisAdapter } from '../../lib/adapters/redis.ts'
import { randomId } from '../../lib/helpers/random_id.ts'

/** A part of a Redis that nobody else uses. */
export function connectStorage(url: string) {
  const client = new Redis(url)
  return { adapter: redisAdapter(client, { prefix: randomId() }), close: () => client.disconnect() }
}
