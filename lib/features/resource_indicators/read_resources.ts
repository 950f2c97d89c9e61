import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidTarget } from '../../helpers/errors.ts'
import { whenKnown } from '../../helpers/promises/when_known.ts'
import { words } from '../../helpers/words.ts'
import { RESOURCE } from './reasons.ts'
import { defaultResources, describeResources, sentResources } from './resources.ts'

/**
 * Finds out which resource servers the request is about. A token that leaves at the authorization endpoint is for
 * one of them.
 * @see RFC 8707 §2, §2.1
 */
export const readRequestedResources: Step = (ctx, rt) => {
  const sent = sentResources(ctx)
  return whenKnown(sent.length > 0 ? sent : defaultResources(ctx, rt), (resources) =>
    resources.length === 0 ? undefined : useResources(ctx, rt, resources),
  )
}

/** @throws InvalidTarget */
async function useResources(ctx: Ctx, rt: Runtime, resources: readonly string[]): Promise<void> {
  if (resources.length > 1 && words(ctx.oidc.request.responseType).includes('token')) {
    throw new InvalidTarget(
      'only a single resource indicator value is supported for this response type',
    ).because(RESOURCE.several, { seen: resources })
  }
  const [first] = await describeResources(ctx, rt, resources)
  ctx.oidc.understand('resources', resources)
  if (resources.length === 1 && first !== undefined) ctx.oidc.understand('resourceServer', first)
}
