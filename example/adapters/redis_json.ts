/**
 * NOT RUN: there was no Redis with its JSON module where this was written. It is compiled, and follows the documentation of
 * the module's commands. Hold it to the contract before you rely on it: `npx openid-provider-adapter-check ./your_module.js`.
 * What runs in production is `openid-provider/adapters/redis`, which needs no module and commits.
 *
 * It makes the seven documented methods, each change as one script, and tells who consumed. There is no `commit`, so one
 * process may serve requests. All keys have one prefix in braces, and are in one slot of a Cluster.
 */
import type { AdapterFactory, AdapterPayload, GivenAdapter, ModelName } from '../../types/adapter.ts'

/** What is used of a client of `ioredis`. */
export interface RedisWithJson {
  call(command: string, ...args: (string | number)[]): Promise<unknown>
  get(key: string): Promise<string | null>
  eval(script: string, keyCount: number, ...keysAndValues: (string | number)[]): Promise<unknown>
}

/** KEYS: entry, look-up, set of the grant. ARGV: payload, milliseconds or '', and the key that stands for none. */
const UPSERT = `
redis.call('DEL', KEYS[1])
redis.call('JSON.SET', KEYS[1], '$', ARGV[1])
if ARGV[2] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if KEYS[2] ~= ARGV[3] then
  redis.call('SET', KEYS[2], KEYS[1])
  if ARGV[2] ~= '' then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
end
if KEYS[3] ~= ARGV[3] then
  local left = redis.call('PTTL', KEYS[3])
  redis.call('SADD', KEYS[3], KEYS[1])
  if ARGV[2] == '' then redis.call('PERSIST', KEYS[3])
  elseif left == -2 or (left >= 0 and left < tonumber(ARGV[2])) then redis.call('PEXPIRE', KEYS[3], ARGV[2]) end
end
`

/** KEYS: entry. ARGV: now. A member that is not there yet is set by one caller only. */
const CONSUME = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('JSON.SET', KEYS[1], '$.consumed', ARGV[1], 'NX') and 1 or 0
`

/** KEYS: set of the grant. */
const REVOKE = `
for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do redis.call('DEL', key) end
redis.call('DEL', KEYS[1])
`

const LOOKUPS: Readonly<Partial<Record<ModelName, 'uid' | 'userCode'>>> = {
  Session: 'uid',
  DeviceCode: 'userCode',
}

/** @param prefix of every key; a provider with another issuer needs another one */
export const redisJsonAdapter =
  (client: RedisWithJson, prefix = 'oidc'): AdapterFactory =>
  (model) =>
    new RedisJsonAdapter(client, `{${prefix}}:`, model)

class RedisJsonAdapter implements GivenAdapter {
  readonly #client: RedisWithJson
  readonly #base: string
  readonly #model: ModelName

  constructor(client: RedisWithJson, base: string, model: ModelName) {
    this.#client = client
    this.#base = base
    this.#model = model
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const member = LOOKUPS[this.#model]
    const value = member && payload[member]
    const nothing = `${this.#base}nothing`
    const lookup = member !== undefined && value !== undefined ? this.#lookup(member, value) : nothing
    const grant = payload.grantId === undefined ? nothing : this.#grant(payload.grantId)
    const kept = expiresIn === undefined ? '' : expiresIn * 1000
    await this.#client.eval(UPSERT, 3, this.#key(id), lookup, grant, JSON.stringify(payload), kept, nothing)
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#read(this.#key(id))
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('uid', uid)
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('userCode', userCode)
  }

  async consume(id: string): Promise<boolean> {
    return (await this.#client.eval(CONSUME, 1, this.#key(id), Math.floor(Date.now() / 1000))) === 1
  }

  async destroy(id: string): Promise<void> {
    await this.#client.call('DEL', this.#key(id))
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#client.eval(REVOKE, 1, this.#grant(grantId))
  }

  async #findBy(member: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> {
    const key = await this.#client.get(this.#lookup(member, value))
    const found = key === null ? undefined : await this.#read(key)
    // It may have been stored again with another value.
    return found?.[member] === value ? found : undefined
  }

  async #read(key: string): Promise<AdapterPayload | undefined> {
    const text = await this.#client.call('JSON.GET', key)
    return typeof text === 'string' ? JSON.parse(text) : undefined
  }

  #key(id: string): string {
    return `${this.#base}${this.#model}:${id}`
  }

  #lookup(member: 'uid' | 'userCode', value: string): string {
    return `${this.#base}${member}:${value}`
  }

  #grant(grantId: string): string {
    return `${this.#base}grant:${this.#model}:${grantId}`
  }
}
