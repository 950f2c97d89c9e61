import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RedisServer, startRedis, startServer } from './redis_server.ts'

/** What the master is called. */
export const NAME = 'main'

/** Watches a master, and makes its replica the master when it is gone. */
function startSentinel(master: RedisServer): Promise<RedisServer> {
  const configuration = [
    `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 1`,
    `sentinel down-after-milliseconds ${NAME} 300`,
    `sentinel failover-timeout ${NAME} 2000`,
  ].join('\n')
  return startServer(async (folder) => {
    const file = join(folder, 'sentinel.conf')
    await writeFile(file, configuration)
    return [file, '--sentinel']
  })
}

/** A master with a replica that is up to date, and known to a Sentinel. */
export async function startReplicated({ durable = false } = {}) {
  const master = await startRedis({ durable })
  const replica = await startRedis({ durable, settings: ['--replicaof', '127.0.0.1', String(master.port)] })
  const admin = await master.connect()
  while ((await admin.wait(1, 100)) < 1);
  const sentinel = await startSentinel(master)
  const watcher = await sentinel.connect({ enableReadyCheck: false })
  while (!String(await watcher.call('SENTINEL', 'REPLICAS', NAME)).includes(String(replica.port)));
  return { master, replica, sentinel }
}
