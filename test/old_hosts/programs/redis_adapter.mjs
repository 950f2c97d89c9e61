/** An adapter for Redis as hosts of version 8 have theirs: a hash for what is used once, texts for all else. */
import { Redis } from 'ioredis'

const client = new Redis(process.env.REDIS, { keyPrefix: 'oidc:' })

const grantable = new Set([
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
])
const consumable = new Set([
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
])

const grantKeyFor = (id) => `grant:${id}`
const userCodeKeyFor = (userCode) => `userCode:${userCode}`
const uidKeyFor = (uid) => `uid:${uid}`

export class RedisAdapter {
  constructor(name) {
    this.name = name
  }

  async upsert(id, payload, expiresIn) {
    const key = this.key(id)
    const multi = client.multi()
    if (consumable.has(this.name)) multi.hmset(key, { payload: JSON.stringify(payload) })
    else multi.set(key, JSON.stringify(payload))
    if (expiresIn) multi.expire(key, expiresIn)
    if (grantable.has(this.name) && payload.grantId) {
      const grantKey = grantKeyFor(payload.grantId)
      multi.rpush(grantKey, key)
      if (expiresIn > (await client.ttl(grantKey))) multi.expire(grantKey, expiresIn)
    }
    if (payload.userCode) {
      const userCodeKey = userCodeKeyFor(payload.userCode)
      multi.set(userCodeKey, id)
      multi.expire(userCodeKey, expiresIn)
    }
    if (payload.uid) {
      const uidKey = uidKeyFor(payload.uid)
      multi.set(uidKey, id)
      multi.expire(uidKey, expiresIn)
    }
    await multi.exec()
  }

  async find(id) {
    const data = consumable.has(this.name)
      ? await client.hgetall(this.key(id))
      : await client.get(this.key(id))
    if (!data || Object.keys(data).length === 0) return undefined
    if (typeof data === 'string') return JSON.parse(data)
    const { payload, ...rest } = data
    return { ...rest, ...JSON.parse(payload) }
  }

  async findByUid(uid) {
    const id = await client.get(uidKeyFor(uid))
    return this.find(id)
  }

  async findByUserCode(userCode) {
    const id = await client.get(userCodeKeyFor(userCode))
    return this.find(id)
  }

  async destroy(id) {
    await client.del(this.key(id))
  }

  async revokeByGrantId(grantId) {
    const multi = client.multi()
    const tokens = await client.lrange(grantKeyFor(grantId), 0, -1)
    for (const token of tokens) multi.del(token)
    multi.del(grantKeyFor(grantId))
    await multi.exec()
  }

  async consume(id) {
    await client.hset(this.key(id), 'consumed', Math.floor(Date.now() / 1000))
  }

  key(id) {
    return `${this.name}:${id}`
  }
}
