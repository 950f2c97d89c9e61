import type { Step } from '../../../engine/runtime.ts'

/** Has the host check its own parameters; where one was not sent its validator is told so. @see RFC 6749 §8.2 */
export const checkExtraParams: Step = async (ctx, rt) => {
  for (const [name, validate] of rt.configuration.extraParams) {
    await validate?.(ctx, ctx.oidc.param(name), ctx.oidc.loaded('Client'))
  }
}
