import { once } from 'node:events'
import { Cluster } from 'ioredis'
import { freePort } from '../../../support/free_port.ts'
import { CLIENT_OPTIONS, type RedisServer, startRedis, watched } from './redis_server.ts'

const SLOTS = 16_384
const NODES = 3

/** A Cluster of three masters, each with a third of the slots. */
export async function startCluster(): Promise<RedisServer[]> {
  const started = await Promise.all(
    Array.from({ length: NODES }, async () => {
      const bus = String(await freePort())
      const settings = ['--cluster-enabled', 'yes', '--cluster-port', bus]
      return { server: await startRedis({ settings }), bus }
    }),
  )
  const nodes = await Promise.all(
    started.map(async ({ server, bus }) => ({ server, bus, client: await server.connect() })),
  )
  for (const [position, { client }] of nodes.entries()) {
    const [from, to] = [position, position + 1].map((part) => Math.floor((part * SLOTS) / NODES))
    await client.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(Number(to) - 1))
    for (const { server, bus } of nodes)
      await client.call('CLUSTER', 'MEET', '127.0.0.1', String(server.port), bus)
  }
  for (const { client } of nodes) {
    while (!String(await client.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await client.ping()
  }
  return nodes.map(({ server }) => server)
}

export async function connectCluster(servers: readonly RedisServer[]): Promise<Cluster> {
  const nodes = servers.map(({ port }) => ({ host: '127.0.0.1', port }))
  const cluster = watched(new Cluster(nodes, { enableOfflineQueue: false, redisOptions: CLIENT_OPTIONS }))
  await once(cluster, 'ready')
  return cluster
}
