import type { Redis } from 'ioredis'
import type { AdapterFactory, AdapterPayload, GivenAdapter } from '../../types/adapter.ts'

/** What may be used up is a hash, so that `consume` writes one field; everything else is one text. */
const CONSUMABLE: readonly string[] = [
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
]

/**
 * The documented contract on Redis as hosts write it: an entry under its id, keys beside it for what it is looked up by,
 * a list for each grant; written in one transaction, without `commit`.
 */
export function contractRedisAdapter(client: Redis, part: string): AdapterFactory {
  return (model): GivenAdapter => {
    const key = (id: string) => `${part}:${model}:${id}`
    const isHash = CONSUMABLE.includes(model)

    async function find(id: string): Promise<AdapterPayload | undefined> {
      if (!isHash) {
        const text = await client.get(key(id))
        return text === null ? undefined : JSON.parse(text)
      }
      const { payload, consumed } = await client.hgetall(key(id))
      if (payload === undefined) return undefined
      return { ...JSON.parse(payload), ...(consumed === undefined ? {} : { consumed: Number(consumed) }) }
    }
    const findBy = async (kind: string, value: string): Promise<AdapterPayload | undefined> => {
      const id = await client.get(`${part}:${kind}:${value}`)
      return id === null ? undefined : find(id)
    }

    return {
      async upsert(id, payload, expiresIn) {
        const { grantId, userCode, uid } = payload
        const text = JSON.stringify(payload)
        const multi = client.multi()
        if (isHash) multi.hset(key(id), { payload: text })
        else multi.set(key(id), text)
        if (expiresIn !== undefined) multi.expire(key(id), expiresIn)
        if (grantId !== undefined && model !== 'Session') {
          const list = `${part}:grant:${grantId}`
          multi.rpush(list, key(id))
          if (expiresIn !== undefined) multi.expire(list, expiresIn)
        }
        for (const [kind, value] of Object.entries({ userCode, uid })) {
          if (value === undefined) continue
          multi.set(`${part}:${kind}:${value}`, id)
          if (expiresIn !== undefined) multi.expire(`${part}:${kind}:${value}`, expiresIn)
        }
        await multi.exec()
      },
      find,
      findByUid: (uid) => findBy('uid', uid),
      findByUserCode: (userCode) => findBy('userCode', userCode),
      consume: (id) => client.hset(key(id), 'consumed', Math.floor(Date.now() / 1000)),
      destroy: (id) => client.del(key(id)),
      async revokeByGrantId(grantId) {
        const list = `${part}:grant:${grantId}`
        const keys = await client.lrange(list, 0, -1)
        await client.del(list, ...keys)
      },
    }
  }
}
