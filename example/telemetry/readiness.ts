import { Router } from 'express'
import type { Provider } from '../../lib/index.ts'

/**
 * Answers 200 while requests can be served, for load balancers and orchestrators. Mount it where nobody from outside gets at it, or
 * keep the answer to one word.
 */
export function readiness(provider: Provider): Router {
  return Router().get('/readyz', async (_req, res) => {
    const health = await provider.health()
    res.status(health.status === 'ok' ? 200 : 503).json(health)
  })
}
