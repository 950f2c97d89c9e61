import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { InvalidTarget } from '../../helpers/errors.ts'
import { ResourceServer } from '../../models/resource_server.ts'
import { RESOURCE } from './reasons.ts'
import { readResources } from './resource_indicator.ts'

/**
 * The `resource` parameter, each value once.
 * @throws InvalidTarget
 * @see RFC 8707 §2
 */
export function sentResources(ctx: Ctx): readonly string[] {
  const resources = readResources(ctx.oidc.sentParams?.['resource'])
  if (resources === undefined)
    throw new InvalidTarget('resource indicator must be an absolute URI without fragment').because(
      RESOURCE.malformed,
      { seen: ['resource'] },
    )
  return resources
}

/**
 * Asks the host for the resource to take where none, or more than one, is named.
 * @param oneOf those to choose from
 */
export function defaultResources(
  ctx: Ctx,
  rt: Runtime,
  oneOf?: readonly string[],
): readonly string[] | Promise<readonly string[]> {
  const { defaultResource } = rt.configuration.features.resourceIndicators
  const client = ctx.oidc.loaded('Client')
  const chosen: unknown = defaultResource(ctx, client, ...(oneOf === undefined ? [] : [[...oneOf]]))
  // Hosts answer with promises of any kind.
  return typeof chosen === 'object' && chosen !== null ? readLate(chosen) : readChosen(chosen)
}

const readLate = async (pending: object) => readChosen(await pending)

/** @throws TypeError when the host chose what no resource indicator is */
function readChosen(chosen: unknown): readonly string[] {
  if (chosen === undefined || chosen === null) return []
  const values: readonly unknown[] = Array.isArray(chosen) ? chosen : [chosen]
  const strings = values.filter((value) => typeof value === 'string')
  const resources = strings.length === values.length ? readResources(strings) : undefined
  if (resources === undefined)
    throw new TypeError('features.resourceIndicators.defaultResource must return absolute URIs or nothing')
  return resources
}

/**
 * Has the host describe a resource server, or refuse it to the client.
 * @throws InvalidTarget
 */
export async function describeResource(ctx: Ctx, rt: Runtime, resource: string): Promise<ResourceServer> {
  const { getResourceServerInfo } = rt.configuration.features.resourceIndicators
  return new ResourceServer(resource, await getResourceServerInfo(ctx, resource, ctx.oidc.loaded('Client')))
}

/** Describes all of them at the same time, and lets hosts see them as `ctx.oidc.resourceServers`. */
export async function describeResources(
  ctx: Ctx,
  rt: Runtime,
  resources: readonly string[],
): Promise<readonly ResourceServer[]> {
  const servers = await Promise.all(resources.map((resource) => describeResource(ctx, rt, resource)))
  ctx.oidc.resourcesAre(servers)
  return servers
}
