import type { Script } from './scripts.ts'

/** What is used of a client of `ioredis`: of `Redis`, with or without Sentinel, or of `Cluster`. */
export interface RedisClient {
  hmget(key: string, ...fields: string[]): Promise<unknown>
  time(): Promise<unknown>
  evalsha(sha: string, keyCount: number, ...keysAndValues: string[]): Promise<unknown>
  eval(script: string, keyCount: number, ...keysAndValues: string[]): Promise<unknown>
  readonly options?: {
    readonly role?: unknown
    readonly readOnly?: unknown
    readonly scaleReads?: unknown
  }
}

/**
 * Makes sure that a client reads where it writes: what a replica has not heard of yet is a revoked token that works, or
 * a code that was used.
 * @throws TypeError
 */
export function checkClient(client: RedisClient): void {
  if (typeof client?.evalsha !== 'function' || typeof client.hmget !== 'function') {
    throw new TypeError('redisAdapter: client must be a client of ioredis')
  }
  const { role, readOnly, scaleReads } = client.options ?? {}
  const isCurrent = scaleReads === undefined || scaleReads === 'master'
  if (role === 'slave' || readOnly === true || !isCurrent) {
    throw new TypeError('redisAdapter: client must read from the master, replicas lag behind')
  }
}

/** Runs a script by its name, and by its text where Redis does not know it: after a start, or a failover. */
export async function runScript(
  client: RedisClient,
  { sha, text }: Script,
  keys: readonly string[],
  values: readonly string[],
): Promise<unknown> {
  try {
    return await client.evalsha(sha, keys.length, ...keys, ...values)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return await client.eval(text, keys.length, ...keys, ...values)
  }
}
