import type { Step } from '../../engine/runtime.ts'
import { InvalidTarget } from '../../helpers/errors.ts'
import { words } from '../../helpers/words.ts'
import { RESOURCE } from './reasons.ts'
import { defaultResources, describeResources, sentResources } from './resources.ts'

/**
 * Finds out which resource servers the request is about. A token that leaves at the authorization endpoint is for
 * one of them.
 * @see RFC 8707 §2, §2.1
 */
export const readRequestedResources: Step = async (ctx, rt) => {
  const sent = sentResources(ctx)
  const resources = sent.length > 0 ? sent : await defaultResources(ctx, rt)
  if (resources.length > 1 && words(ctx.oidc.request.responseType).includes('token')) {
    throw new InvalidTarget(
      'only a single resource indicator value is supported for this response type',
    ).because(RESOURCE.several, { seen: resources })
  }
  if (resources.length === 0) return
  const [first] = await describeResources(ctx, rt, resources)
  ctx.oidc.understand('resources', resources)
  if (resources.length === 1 && first !== undefined) ctx.oidc.understand('resourceServer', first)
}
