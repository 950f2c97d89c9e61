import type { Redis } from 'ioredis'
import { describeKilledProcesses } from '../../support/deployment/killed_processes.ts'
import { startRedis, stopRedis } from './support/redis_server.ts'

let admin: Redis

describeKilledProcesses('A177 a process that is killed while it issues tokens', {
  async start() {
    const server = await startRedis()
    admin = await server.connect()
    return server.url
  },
  stop: stopRedis,
  async issuedAndSpent(codes) {
    const keys = await admin.keys('{oidc}:AccessToken:*')
    const tokens = await Promise.all(keys.map((key) => admin.hget(key, 'payload')))
    const spent = await Promise.all(
      codes.map((code) => admin.hget(`{oidc}:AuthorizationCode:${code}`, 'consumed')),
    )
    return [
      tokens.filter((text) => text?.includes('"gty":"authorization_code"')).length,
      spent.filter(Boolean).length,
    ]
  },
})
