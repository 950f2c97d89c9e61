import type { Ctx } from '../../engine/context.ts'

const POLICY = 'content-security-policy'

/**
 * Has a function of the configuration answer with its page. Nobody can frame it unless the host says so: a click on
 * it is a decision.
 * @throws TypeError when it answers nothing
 * @see RFC 6749 §10.13
 */
export async function renderFromHost(
  ctx: Ctx,
  option: 'logoutSource' | 'postLogoutSuccessSource',
  render: () => unknown,
): Promise<void> {
  ctx.set('x-frame-options', 'DENY')
  ctx.set('referrer-policy', 'no-referrer')
  await render()
  if ((ctx.body === undefined || ctx.body === null) && ctx.respond !== false)
    throw new TypeError(`features.rpInitiatedLogout.${option} must set ctx.body`)
  // Not before: a page of ours would take it for the host's policy and only add to it.
  if (ctx.response.headers[POLICY] === undefined) ctx.set(POLICY, "frame-ancestors 'none'")
}
