import type { DefaultContext, ParameterizedContext } from 'koa'
import { REQUEST, STEP } from '../helpers/diagnostics/channels.ts'
import { OIDCProviderError } from '../helpers/errors.ts'
import { isHostHeader } from '../helpers/http/host_header.ts'
import { isJsonBody } from '../helpers/http/is_json_body.ts'
import type { Recognised } from '../helpers/http/parameters.ts'
import { keepShapes } from '../helpers/memory/keep_shapes.ts'
import type { Ctx } from './context.ts'
import { traceRequest, traceStep } from './diagnostics/trace_request.ts'
import { RESPONDED, type Runtime, type Step, type Wrap } from './runtime.ts'

/** An action with its slots filled. */
export interface RunnableAction {
  readonly name: string
  readonly safe: boolean
  readonly methods: readonly string[]
  readonly recognised: Recognised
  readonly wraps: readonly Wrap[]
  readonly steps: readonly Step[]
}

const runStep = (step: Step, ctx: Ctx, rt: Runtime) => step(ctx, rt)

/** Runs the steps in order, awaiting only what is a promise. */
export async function runSteps(
  steps: readonly Step[],
  ctx: Ctx,
  rt: Runtime,
): Promise<typeof RESPONDED | undefined> {
  const run = STEP.hasSubscribers ? traceStep : runStep
  for (const step of steps) {
    const pending = run(step, ctx, rt)
    const result = pending instanceof Promise ? await pending : pending
    if (result === RESPONDED) return RESPONDED
  }
  return undefined
}

/**
 * An answer that JSON cannot hold is to be known while it can still become an error. It becomes text here, unless
 * middleware of the host may want to see an object.
 * @throws TypeError, or what a `toJSON` throws
 */
function settleBody(ctx: Ctx, rt: Runtime): void {
  if (rt.documents.isShown(ctx)) return
  const { body } = ctx
  if (!isJsonBody(body)) return
  const text: unknown = JSON.stringify(body)
  if (typeof text !== 'string') throw new TypeError('the answer has no form in JSON')
  if (!rt.onlookers.surround(ctx)) ctx.body = text
}

/**
 * Runs the steps; what the request used up is spent before any answer, also when the answer is a refusal.
 * Failures of ours leave it usable.
 */
async function runRequest(steps: readonly Step[], ctx: Ctx, rt: Runtime): Promise<void> {
  try {
    await runSteps(steps, ctx, rt)
  } catch (thrown) {
    if (thrown instanceof OIDCProviderError) await ctx.oidc.transaction.spendClaims()
    throw thrown
  }
  settleBody(ctx, rt)
  if (ctx.oidc.transaction.hasClaims) await ctx.oidc.transaction.spendClaims()
  ctx.oidc.isAnswered = true
}

type KoaMiddleware = (ctx: ParameterizedContext<object, DefaultContext>, next: () => unknown) => Promise<void>

/** Makes the middleware of a route. */
export function runAction(action: RunnableAction, rt: Runtime): KoaMiddleware {
  const handler = action.wraps.reduceRight<(ctx: Ctx) => Promise<void>>(
    (next, wrap) => (ctx) => wrap(ctx, rt, () => next(ctx)),
    (ctx) => runRequest(action.steps, ctx, rt),
  )
  return async (koa, next) => {
    koa.set('x-content-type-options', 'nosniff')
    if (!isHostHeader(koa.req.headers.host)) {
      koa.status = 400
      koa.body = { error: 'invalid_request', error_description: 'malformed Host header' }
      return
    }
    if (koa.method === 'HEAD' && !action.safe) {
      koa.status = 405
      koa.set('allow', action.methods.join(', '))
      return
    }
    const oidc = new rt.OIDCContext(koa, action.name, action.recognised)
    const ctx = Object.assign(koa, { oidc })
    oidc.attachTo(ctx)
    keepShapes(action.name, ctx)
    await (REQUEST.hasSubscribers ? traceRequest(ctx, rt, handler) : handler(ctx))
    // Middleware that the host put behind the provider does not run after an error.
    if (!oidc.isAnswered) return
    const behind = next()
    if (behind instanceof Promise) await behind
  }
}
