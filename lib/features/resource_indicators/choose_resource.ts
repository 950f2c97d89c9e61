import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { InvalidTarget } from '../../helpers/errors.ts'
import { whenKnown } from '../../helpers/promises/when_known.ts'
import { RESOURCE } from './reasons.ts'
import { readResources } from './resource_indicator.ts'
import { defaultResources, describeResources, sentResources } from './resources.ts'

/** @throws InvalidTarget when the host does not choose one of them either */
async function chooseOne(ctx: Ctx, rt: Runtime, resources: readonly string[]): Promise<string | undefined> {
  if (resources.length < 2) return resources[0]
  const [chosen, ...others] = await defaultResources(ctx, rt, resources)
  if (chosen === undefined || others.length > 0) {
    throw new InvalidTarget('only a single resource indicator value must be requested or resolved').because(
      RESOURCE.several,
      { seen: resources },
    )
  }
  return chosen
}

/** The granted resources that count where the request names none: without them the token is for the userinfo. */
async function unnamedResources(ctx: Ctx, rt: Runtime, granted: readonly string[]) {
  if (granted.length === 0) return []
  const { resourceIndicators, userinfo } = rt.configuration.features
  const { source } = ctx.oidc
  if (await resourceIndicators.useGrantedResource(ctx, source)) return granted
  return source.scopes.has('openid') && userinfo.enabled ? [] : granted
}

/**
 * Decides which of the granted resources the access token is for.
 * @see RFC 8707 §2.2
 */
export const chooseGrantedResource: Step = async (ctx, rt) => {
  const granted = readResources(ctx.oidc.source.resource) ?? []
  const sent = sentResources(ctx)
  const candidates = sent.length > 0 ? sent : await unnamedResources(ctx, rt, granted)
  const resource = await chooseOne(ctx, rt, candidates)
  if (resource === undefined) return
  if (!granted.includes(resource))
    throw new InvalidTarget(undefined, 'the resource was not granted').because(RESOURCE.not_granted, {
      seen: [resource],
      accepted: granted,
    })
  await useResource(ctx, rt, resource)
}

/** Decides which resource a client's own token is for. @see RFC 8707 §2.2, RFC 6749 §4.4.2 */
export const chooseClientResource: Step = (ctx, rt) => {
  const sent = sentResources(ctx)
  return whenKnown(sent.length > 0 ? sent : defaultResources(ctx, rt), ([resource, ...others]) => {
    if (resource === undefined) return undefined
    if (others.length > 0) {
      throw new InvalidTarget(
        'only a single resource indicator value is supported for this grant type',
      ).because(RESOURCE.several, { seen: [resource, ...others] })
    }
    return useResource(ctx, rt, resource)
  })
}

/** The token is for this one. */
async function useResource(ctx: Ctx, rt: Runtime, resource: string): Promise<void> {
  const [server] = await describeResources(ctx, rt, [resource])
  if (server !== undefined) ctx.oidc.understand('resourceServer', server)
}
