import type { Ctx } from '../../engine/context.ts'

const POLICY = 'content-security-policy'

/**
 * Has a function of the configuration answer with its page, which needs the same as one of ours.
 * @param option names the function
 * @throws TypeError when it answers nothing
 * @see RFC 6749 §10.13
 */
export async function renderHostPage(ctx: Ctx, option: string, render: () => unknown): Promise<void> {
  ctx.set('x-frame-options', 'DENY')
  ctx.set('referrer-policy', 'no-referrer')
  await render()
  if ((ctx.body === undefined || ctx.body === null) && ctx.respond !== false)
    throw new TypeError(`features.${option} must set ctx.body`)
  refuseFrames(ctx)
}

/**
 * Nobody can frame a page unless the host says so: a click on it is a decision. Not before the page is there: one of
 * ours would take this for the host's policy and only add to it.
 */
export function refuseFrames(ctx: Ctx): void {
  if (ctx.response.headers[POLICY] === undefined) ctx.set(POLICY, "frame-ancestors 'none'")
}
