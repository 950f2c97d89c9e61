import { StorageUnavailable } from '../storage_unavailable.ts'
import type { Connection } from './gather.ts'
import type { Script } from './scripts.ts'

/** What is used of a client of `ioredis`: of `Redis`, with or without Sentinel, or of `Cluster`. */
export interface RedisClient {
  hmget(key: string, ...fields: string[]): Promise<unknown>
  time(): Promise<unknown>
  evalsha(sha: string, keyCount: number, ...keysAndValues: string[]): Promise<unknown>
  eval(script: string, keyCount: number, ...keysAndValues: string[]): Promise<unknown>
  /** Its connection, while it has one. */
  readonly stream?: Connection | null | undefined
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

/** How answers of Redis begin that will be others later: it starts, fails over, or lacks memory, disk or replicas. */
const PASSING =
  /^(?:ASK|BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|MOVED|NOREPLICAS|OOM|READONLY|TRYAGAIN|UNBLOCKED)\b/

/**
 * Tells an answer of Redis, which is an error of ours, from Redis not being there.
 * @throws StorageUnavailable, or the error itself
 */
export function rethrow(error: unknown): never {
  const isAnswer = error instanceof Error && error.name === 'ReplyError' && !PASSING.test(error.message)
  throw isAnswer ? error : new StorageUnavailable(error)
}

/** Runs a script by its name, and by its text where Redis does not know it: after a start, or a failover. */
export function runScript(
  client: RedisClient,
  { sha, text }: Script,
  keys: readonly string[],
  values: readonly string[],
): Promise<unknown> {
  return client
    .evalsha(sha, keys.length, ...keys, ...values)
    .catch((error: unknown) => {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return client.eval(text, keys.length, ...keys, ...values)
    })
    .catch(rethrow)
}
