import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres, stopPostgres } from '../adapters/postgres/support/postgres_server.ts'
import { startRedis, stopRedis } from '../adapters/redis/support/redis_server.ts'
import { stopDeployments } from '../support/deployment/deployment.ts'
import { stopProviders } from '../support/start_provider.ts'

export type Engine = 'redis' | 'postgres' | 'sqlite'

export interface Engines {
  /**
   * @param durable what is acknowledged is on disk, as docs/storage.md recommends; a file always is
   * @returns its address
   */
  start(durable: boolean): Promise<string>
  stop(): Promise<void>
}

let folder: string | undefined

export const ENGINES: Readonly<Record<Engine, Engines>> = {
  redis: { start: async (durable) => (await startRedis({ durable })).url, stop: stopRedis },
  postgres: { start: async (durable) => (await startPostgres({ durable })).url, stop: stopPostgres },
  sqlite: {
    async start() {
      folder = await mkdtemp(join(tmpdir(), 'sqlite-'))
      return `sqlite:${join(folder, 'op.sqlite')}`
    },
    async stop() {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  },
}

/** Ends everything that a part has started. */
export async function stopAll(engine: Engine): Promise<void> {
  await stopDeployments()
  await stopProviders()
  await ENGINES[engine].stop()
}
