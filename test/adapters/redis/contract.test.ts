import { Redis as Redis5 } from 'ioredis5'
import { adapterContract } from '../../../lib/adapters/contract.ts'
import { type RedisClient, redisAdapter } from '../../../lib/adapters/redis.ts'
import { sealedAdapter } from '../../../lib/adapters/sealed.ts'
import type { AdapterFactory } from '../../../types/adapter.ts'
import { connectCluster, startCluster } from './support/redis_cluster.ts'
import { CLIENT_OPTIONS, startRedis, stopRedis, watched } from './support/redis_server.ts'

/** An adapter on a client that is there once the tests run. */
function later(connect: () => Promise<RedisClient>): AdapterFactory {
  let made: AdapterFactory | undefined
  const adapter = (): AdapterFactory => {
    if (made === undefined) throw new Error('not connected yet')
    return made
  }
  before(async () => {
    made = redisAdapter(await connect())
  })
  return Object.assign((...[name]: Parameters<AdapterFactory>) => adapter()(name), {
    commit: async (...args: Parameters<NonNullable<AdapterFactory['commit']>>) =>
      (await adapter().commit?.(...args)) ?? { committed: false as const, failed: 0 },
  })
}

const WAYS = {
  'the Redis adapter': {},
  'the Redis adapter, with commands gathered by the client': { enableAutoPipelining: true },
  'the Redis adapter, under a prefix of the client': { keyPrefix: 'app:' },
}

for (const [title, options] of Object.entries(WAYS)) {
  describe(`A177, A178, A182 ${title}`, () => {
    const adapter = later(async () => (await startRedis()).connect(options))
    after(stopRedis)

    adapterContract({ adapter, describe, it, hasCommit: true })
  })
}

describe('A177, A178, A182 the Redis adapter, on a Cluster of three', () => {
  const adapter = later(async () => connectCluster(await startCluster()))
  after(stopRedis)

  adapterContract({ adapter, describe, it, hasCommit: true })
})

describe('A177, A178, A182 the Redis adapter, with the oldest client it allows', () => {
  const adapter = later(async () => {
    const { url } = await startRedis()
    const client = watched(new Redis5(url, { ...CLIENT_OPTIONS, lazyConnect: true }))
    await client.connect()
    return client
  })
  after(stopRedis)

  adapterContract({ adapter, describe, it, hasCommit: true })
})

describe('A184 the Redis adapter, sealed', () => {
  const adapter = later(async () => (await startRedis()).connect())
  after(stopRedis)
  const keys = ['a key of thirty-two bytes or more']

  adapterContract({ adapter: sealedAdapter(adapter, { keys }), describe, it, hasCommit: true })
})
