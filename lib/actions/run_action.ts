import type { DefaultContext, ParameterizedContext } from 'koa'
import type { Ctx } from '../context.ts'
import type { Recognised } from '../helpers/parameters.ts'
import { RESPONDED, type Runtime, type Step, type Wrap } from '../runtime.ts'

/** An action with its slots filled. */
export interface RunnableAction {
  readonly name: string
  readonly safe: boolean
  readonly methods: readonly string[]
  readonly recognised: Recognised
  readonly wraps: readonly Wrap[]
  readonly steps: readonly Step[]
}

/** Runs the steps in order, awaiting only what is a promise. */
export async function runSteps(
  steps: readonly Step[],
  ctx: Ctx,
  rt: Runtime,
): Promise<typeof RESPONDED | undefined> {
  for (const step of steps) {
    const pending = step(ctx, rt)
    const result = pending instanceof Promise ? await pending : pending
    if (result === RESPONDED) return RESPONDED
  }
  return undefined
}

type KoaMiddleware = (
  ctx: ParameterizedContext<object, DefaultContext>,
  next: () => Promise<unknown>,
) => Promise<void>

/** Makes the middleware of a route. */
export function runAction(action: RunnableAction, rt: Runtime): KoaMiddleware {
  const handler = action.wraps.reduceRight<(ctx: Ctx) => Promise<void>>(
    (next, wrap) => (ctx) => wrap(ctx, rt, () => next(ctx)),
    async (ctx) => {
      await runSteps(action.steps, ctx, rt)
    },
  )
  return async (koa, next) => {
    koa.set('x-content-type-options', 'nosniff')
    if (koa.method === 'HEAD' && !action.safe) {
      koa.status = 405
      koa.set('allow', action.methods.join(', '))
      return
    }
    const oidc = new rt.OIDCContext(rt, koa, action.name, action.recognised)
    const ctx = Object.assign(koa, { oidc })
    oidc.attachTo(ctx)
    await handler(ctx)
    await next()
  }
}
