import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'

const POLICY = 'content-security-policy'

/** What a page of the host's needs as much as one of ours. A policy of the host's stands: it may want to be framed. */
function protectPage(ctx: Ctx): void {
  ctx.set('x-frame-options', 'DENY')
  ctx.set('referrer-policy', 'no-referrer')
}

/**
 * Has a function of the configuration answer with its page, and our own do it where that fails: a person in the middle
 * of something is not left alone. Nobody can frame it unless the host says so: a click on it is a decision.
 * @see RFC 6749 §10.13
 */
export async function renderSource(
  ctx: Ctx,
  rt: Runtime,
  { option, source, ours }: { option: string; source: () => unknown; ours: () => void },
): Promise<void> {
  protectPage(ctx)
  try {
    await source()
    if ((ctx.body === undefined || ctx.body === null) && ctx.respond !== false)
      throw new TypeError(`features.deviceFlow.${option} must set ctx.body`)
  } catch (failure) {
    rt.serverError(ctx, failure)
    ours()
  }
  // Not before: a page of ours would take it for the host's policy and only add to it.
  if (ctx.response.headers[POLICY] === undefined) ctx.set(POLICY, "frame-ancestors 'none'")
}
