import type {
  AccountEntries,
  AdapterCommit,
  AdapterFactory,
  AdapterPayload,
  CommitOutcome,
  GivenAdapter,
  ModelName,
} from '../../types/adapter.ts'
import { randomId } from '../helpers/random_id.ts'
import { checkClient, type RedisClient } from './redis/client.ts'
import { RedisStorage } from './redis/redis_storage.ts'

export type { RedisClient }

/** Options of {@link redisAdapter}. */
export interface RedisAdapterOptions {
  /**
   * What every key begins with, in braces: providers with different issuers need different ones. On a Cluster all keys
   * of one prefix are in one slot.
   * @default 'oidc'
   */
  prefix?: string | undefined
}

/**
 * Keeps everything in Redis 6.2 or newer, through a client of `ioredis` that the host makes and closes: of a single
 * server, of Sentinel or of a Cluster. Every commit is one script. How to configure both is in docs/storage.md.
 *
 * @example
 * ```ts
 * const client = new Redis('redis://127.0.0.1:6379', {
 *   enableOfflineQueue: false,
 *   maxRetriesPerRequest: 0,
 * })
 * new Provider('https://op.example.com', { adapter: redisAdapter(client) })
 * ```
 * @throws TypeError for a client that reads from replicas
 */
export function redisAdapter(client: RedisClient, options: RedisAdapterOptions = {}): AdapterFactory {
  const { prefix = 'oidc' } = options
  if (!/^[^{}\s]+$/.test(prefix))
    throw new TypeError('redisAdapter: prefix must be text without braces and spaces')
  checkClient(client)
  const storage = new RedisStorage(client, prefix)
  const commit: AdapterCommit = (operations, limits) => storage.commit(operations, limits?.deadline)
  return Object.assign((name: ModelName): GivenAdapter => new RedisAdapter(name, storage), { commit })
}

class RedisAdapter implements GivenAdapter {
  readonly #name: ModelName
  readonly #storage: RedisStorage

  constructor(name: ModelName, storage: RedisStorage) {
    this.#name = name
    this.#storage = storage
  }

  upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    return this.#storage.write({ op: 'put', model: this.#name, id, payload, expiresIn })
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#storage.find(this.#name, id)
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#storage.findBy('userCode', userCode)
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#storage.findBy('uid', uid)
  }

  async consume(id: string): Promise<boolean> {
    const outcome: CommitOutcome = await this.#storage.commit([
      { op: 'consume', model: this.#name, id, attempt: randomId() },
    ])
    return outcome.committed
  }

  destroy(id: string): Promise<void> {
    return this.#storage.write({ op: 'destroy', model: this.#name, id })
  }

  revokeByGrantId(grantId: string): Promise<void> {
    return this.#storage.revoke(this.#name, grantId)
  }

  listByAccountId(
    accountId: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<AccountEntries> {
    return this.#storage.listByAccountId(this.#name, accountId, page)
  }
}
