import type { RequestMessage, StepMessage } from '../../../types/running/diagnostics.ts'
import { REQUEST, STEP } from '../../helpers/diagnostics/channels.ts'
import { traced } from '../../helpers/diagnostics/traced.ts'
import type { Ctx } from '../context.ts'
import type { Runtime, Step } from '../runtime.ts'

/** Handles a request that somebody listens to. */
export function traceRequest(
  ctx: Ctx,
  { issuer }: Runtime,
  handle: (ctx: Ctx) => Promise<void>,
): Promise<void> {
  const message: RequestMessage = { issuer, method: ctx.method, route: ctx.oidc.route }
  const complete = () => {
    message.status = ctx.status
    message.clientId = ctx.oidc.entities.Client?.clientId
    message.code = ctx.oidc.failure?.error
    message.reason = ctx.oidc.failure?.reason
  }
  return traced(REQUEST, message, () => handle(ctx).finally(complete))
}

/** Runs a step that somebody listens to. */
export function traceStep(step: Step, ctx: Ctx, rt: Runtime): ReturnType<Step> {
  const message: StepMessage = { issuer: rt.issuer, route: ctx.oidc.route, step: step.name }
  return traced(STEP, message, () => step(ctx, rt))
}
