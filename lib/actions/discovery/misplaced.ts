import type { IncomingMessage } from 'node:http'
import type { Runtime } from '../../engine/runtime.ts'

/** A request as the application knows it that the provider is mounted in. */
interface HostRequest {
  readonly path: string
  readonly url: string
  readonly originalUrl: string
  readonly req: IncomingMessage & { originalUrl?: string }
}

const PAGE = 'see docs/guides/mounting.md'

/**
 * Tells a host that clients will not find the provider: its metadata are asked for under another path than that of the
 * issuer, and not because the host leads there from where they belong.
 * @see OpenID Connect Discovery 1.0 §4.1, RFC 8414 §3.1
 */
export function tellOtherPath({ path, req }: HostRequest, mountPath: string, rt: Runtime): void {
  const { issuer, urls } = rt
  if (mountPath.toLowerCase() === urls.issuerPath.toLowerCase()) return
  if (req.originalUrl === `${urls.issuerPath}${path}`) return
  rt.notify(
    `NOTICE: the provider is mounted under another path than that of its issuer, ${issuer}, where applications look for it. Give the issuer the path, ${PAGE}`,
  )
}

/**
 * Tells a host that it has mounted the provider at its root, though the issuer has a path: nothing takes that off.
 * @param isServed whether there is an endpoint at a path of the provider's own
 */
export function tellUnmounted(ctx: HostRequest, rt: Runtime, isServed: (path: string) => boolean): void {
  const { issuerPath } = rt.urls
  const { path, url, originalUrl, req } = ctx
  if (issuerPath === '' || !path.startsWith(`${issuerPath}/`)) return
  if (originalUrl !== url || (req.originalUrl ?? url) !== url) return
  if (!isServed(path.slice(issuerPath.length))) return
  rt.notify(
    `NOTICE: ${issuerPath} is the path of the issuer, and nothing is served there: the provider is mounted at the root. Mount it at ${issuerPath}, ${PAGE}`,
  )
}
