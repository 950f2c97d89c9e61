/**
 * What logins cost on Redis: `npx tsx bench/redis_size.ts redis://127.0.0.1:6379`. The Redis must be empty, and is left
 * with what was measured; with `appendonly yes` the size of the file is told, too.
 */
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { redisAdapter } from '../lib/adapters/redis.ts'
import { startProvider, stopProviders } from '../test/support/start_provider.ts'

const LOGINS = 1000
const AT_ONCE = 4

const client = new Redis(process.argv[2] ?? 'redis://127.0.0.1:6379')
await once(client, 'ready')
if ((await client.dbsize()) > 0) throw new Error('this Redis is not empty')
const op = await startProvider({
  adapter: redisAdapter(client),
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
})

/** Figures of INFO that count bytes and commands. */
async function figures(): Promise<Record<string, number>> {
  const text = await client.info('everything')
  const read = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1] ?? 0)
  return {
    'bytes of memory': read('used_memory'),
    'bytes of append-only file': read('aof_current_size'),
    'bytes to Redis': read('total_net_input_bytes'),
    'bytes from Redis': read('total_net_output_bytes'),
    'scripts, and their commands': read('total_commands_processed'),
    scripts: Number(/cmdstat_evalsha:calls=(\d+)/.exec(text)?.[1] ?? 0),
    keys: await client.dbsize(),
  }
}

async function measure(title: string, act: (turn: number) => Promise<unknown>): Promise<void> {
  // Tables of Redis grow by doubling, connections and scripts cost once.
  const before = await figures()
  for (let turn = 0; turn < LOGINS; turn += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => act(turn + index)))
  }
  const after = await figures()
  console.log(`each ${title}:`)
  for (const [name, value] of Object.entries(after)) {
    console.log(`  ${((value - (before[name] ?? 0)) / LOGINS).toFixed(1)} ${name}`)
  }
}

/** What the keys of each kind take on average, by what Redis says itself. */
async function sizes(): Promise<void> {
  const byKind = new Map<string, number[]>()
  for (const key of await client.keys('*')) {
    const kind = /\}:([^:]*)/.exec(key)?.[1] ?? ''
    const size = Number(await client.memory('USAGE', key))
    byKind.set(kind, [...(byKind.get(kind) ?? []), size])
  }
  for (const [kind, all] of byKind) {
    console.log(
      `${kind}: ${all.length} keys of ${Math.round(all.reduce((sum, size) => sum + size, 0) / all.length)} bytes`,
    )
  }
}

await op.login()
const logins: Awaited<ReturnType<typeof op.login>>[] = []
await measure('login', async (turn) => {
  logins[turn] = await op.login()
})
await sizes()
await measure('refresh with rotation', (turn) => op.refresh(logins[turn]?.body['refresh_token']))
await sizes()
await stopProviders()
client.disconnect()
