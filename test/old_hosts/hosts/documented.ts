import { startRedis, stopRedis } from '../../adapters/redis/support/redis_server.ts'
import { freePort } from '../../support/free_port.ts'
import type { OldHost } from '../old_host.ts'
import { useAsApplication } from '../use_as_application.ts'

const FRAMEWORKS = {
  '@koa/router': '^15.0.0',
  express: '^5.0.0',
  ioredis: '^5.4.0',
  koa: '^3.0.0',
  'koa-body': '^7.0.0',
  'koa-mount': '^4.0.0',
}

const PROGRAMS = [
  { file: 'express.mjs', path: '' },
  { file: 'koa.mjs', path: '/oidc' },
  { file: 'standalone.mjs', path: '' },
]

/** Programs as the documentation of version 8 writes them: on express with a Redis, on koa, and alone. */
export const documented: OldHost = {
  name: 'documented',
  isSmall: true,
  dependencies: FRAMEWORKS,
  async visit(installed, told) {
    const redis = await startRedis()
    try {
      for (const { file, path } of PROGRAMS) {
        const port = await freePort()
        const origin = `http://localhost:${port}`
        await installed.start([file], origin, { PORT: String(port), REDIS: redis.url })
        await useAsApplication(origin + path, (what) => told(`${file}: ${what}`))
      }
    } finally {
      await stopRedis()
    }
  },
}
