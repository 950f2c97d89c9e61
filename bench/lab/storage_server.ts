import { startPostgres, stopPostgres } from '../../test/adapters/postgres/support/postgres_server.ts'
import { startRedis, stopRedis } from '../../test/adapters/redis/support/redis_server.ts'
import type { AdapterChoice } from '../server/setup.ts'

/**
 * Starts what providers keep everything in, on this machine, with nothing written through to the disk: that would cost all
 * of them the same.
 * @returns its address, where the choice needs one
 */
export async function startStorage(adapter: AdapterChoice): Promise<string | undefined> {
  if (adapter === 'redis') return (await startRedis()).url
  if (adapter === 'postgres') return (await startPostgres()).url
  return undefined
}

export async function stopStorage(): Promise<void> {
  await stopRedis()
  await stopPostgres()
}
