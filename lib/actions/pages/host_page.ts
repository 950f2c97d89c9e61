import type { Ctx } from '../../engine/context.ts'

const POLICY = 'content-security-policy'

/** What a page of the host's needs as much as one of ours; before it is there. @see RFC 6749 §10.13 */
export function protectPage(ctx: Ctx): void {
  ctx.set('x-frame-options', 'DENY')
  ctx.set('referrer-policy', 'no-referrer')
}

/**
 * Makes sure that a function of the configuration has answered with its page.
 * @param option names the function
 * @throws TypeError
 */
export function requirePage(ctx: Ctx, option: string): void {
  if ((ctx.body === undefined || ctx.body === null) && ctx.respond !== false)
    throw new TypeError(`features.${option} must set ctx.body`)
}

/**
 * Nobody can frame a page unless the host says so: a click on it is a decision. Not before the page is there: one of
 * ours would take this for the host's policy and only add to it.
 */
export function refuseFrames(ctx: Ctx): void {
  if (ctx.response.headers[POLICY] === undefined) ctx.set(POLICY, "frame-ancestors 'none'")
}

/** Has a function of the configuration answer with its page. @throws TypeError when it answers nothing */
export async function renderHostPage(ctx: Ctx, option: string, render: () => unknown): Promise<void> {
  protectPage(ctx)
  await render()
  requirePage(ctx, option)
  refuseFrames(ctx)
}
