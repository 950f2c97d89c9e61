import assert from 'node:assert/strict'
import { startRedis, stopRedis } from '../../adapters/redis/support/redis_server.ts'
import { freePort } from '../../support/free_port.ts'
import type { OldHost } from '../old_host.ts'
import { useAsApplication } from '../use_as_application.ts'

/** nest-oidc-provider 3, with the screens of a controller and an adapter for Redis. */
export const nest: OldHost = {
  name: 'nest',
  isSmall: true,
  dependencies: {
    '@nestjs/common': '^11.0.0',
    '@nestjs/core': '^11.0.0',
    '@nestjs/platform-express': '^11.0.0',
    ioredis: '^5.4.0',
    'nest-oidc-provider': '^3.0.0',
    'reflect-metadata': '^0.2.2',
    rxjs: '^7.8.0',
    tsx: '^4.0.0',
  },
  async visit(installed, told) {
    const redis = await startRedis()
    try {
      const port = await freePort()
      const origin = `http://localhost:${port}`
      const env = { PORT: String(port), REDIS: redis.url }
      await installed.start(['--import', 'tsx', 'nest.ts'], `${origin}/oidc`, env)
      await useAsApplication(`${origin}/oidc`, told)
      const who: unknown = await (await fetch(`${origin}/who`)).json()
      assert.deepEqual(who, { issuer: `${origin}/oidc` })
      told('its decorators hand out session and context')
    } finally {
      await stopRedis()
    }
  },
}
