/** An adapter over a key-value store, as the example that hosts copied has it. */
import type { Adapter, AdapterPayload } from 'oidc-provider'

/** The parts of a client that are used. */
interface Pipeline {
  hmset(key: string, values: Record<string, string>): this
  set(key: string, value: string): this
  expire(key: string, seconds: number): this
  rpush(key: string, value: string): this
  del(...keys: string[]): this
  exec(): Promise<[error: Error | null, result: unknown][] | null>
}
declare const client: {
  multi(): Pipeline
  get(key: string): Promise<string | null>
  hgetall(key: string): Promise<Record<string, string>>
  ttl(key: string): Promise<number>
  lrange(key: string, start: number, end: number): Promise<string[]>
  hset(key: string, field: string, value: number): Promise<number>
  del(...keys: string[]): Promise<number>
}

const consumable = new Set([
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
])
const grantKeyFor = (id: string): string => `oidc:grant:${id}`
const isEmpty = (value: object): boolean => Object.keys(value).length === 0

export class RedisAdapter implements Adapter {
  constructor(public name: string) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const key = this.key(id)
    const multi = client.multi()
    const text = JSON.stringify(payload)
    if (consumable.has(this.name)) multi.hmset(key, { payload: text })
    else multi.set(key, text)
    if (expiresIn) multi.expire(key, expiresIn)
    if (payload.grantId) {
      const grantKey = grantKeyFor(payload.grantId)
      multi.rpush(grantKey, key)
      if (expiresIn > (await client.ttl(grantKey))) multi.expire(grantKey, expiresIn)
    }
    if (payload.userCode)
      multi.set(`oidc:userCode:${payload.userCode}`, id).expire(payload.userCode, expiresIn)
    if (payload.uid) multi.set(`oidc:uid:${payload.uid}`, id).expire(payload.uid, expiresIn)
    await multi.exec()
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const data = consumable.has(this.name)
      ? await client.hgetall(this.key(id))
      : await client.get(this.key(id))
    if (!data || isEmpty(Object(data))) return undefined
    if (typeof data === 'string') return JSON.parse(data)
    const { payload, ...rest } = data
    return { ...rest, ...JSON.parse(payload ?? '{}') }
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const id = await client.get(`oidc:uid:${uid}`)
    return id === null ? undefined : this.find(id)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    const id = await client.get(`oidc:userCode:${userCode}`)
    return id === null ? undefined : this.find(id)
  }

  async destroy(id: string): Promise<void> {
    await client.del(this.key(id))
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const multi = client.multi()
    for (const token of await client.lrange(grantKeyFor(grantId), 0, -1)) multi.del(token)
    multi.del(grantKeyFor(grantId))
    await multi.exec()
  }

  async consume(id: string): Promise<void> {
    await client.hset(this.key(id), 'consumed', Math.floor(Date.now() / 1000))
  }

  key(id: string): string {
    return `oidc:${this.name}:${id}`
  }
}
