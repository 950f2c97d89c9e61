import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { InvalidRequestUri } from '../../helpers/errors.ts'
import { isWeb, parseStrictUri } from '../../helpers/uri/strict_uri.ts'
import { REQUEST_OBJECT } from './reasons.ts'
import type { RemoteRequestObjects } from './remote_request_objects.ts'

/** @see OpenID Connect Core 1.0 §6.2 */
const MAX_LENGTH = 512

/**
 * Gets the request object that a client refers to.
 * @throws InvalidRequestUri
 * @see RFC 9101 §5.2, OpenID Connect Core 1.0 §6.2
 */
export async function fetchRequestObject(
  ctx: Ctx,
  rt: Runtime,
  remote: RemoteRequestObjects,
  uri: string,
): Promise<string> {
  const parsed = uri.length <= MAX_LENGTH ? parseStrictUri(uri) : undefined
  if (parsed === undefined || !isWeb(parsed.scheme))
    throw new InvalidRequestUri(
      `request_uri must be an http or https URI of at most ${MAX_LENGTH} characters`,
    ).because(REQUEST_OBJECT.uri_malformed)
  const { requireUriRegistration } = rt.configuration.features.requestObjects
  if (requireUriRegistration && !ctx.oidc.loaded('Client').requestUriAllowed(uri))
    throw new InvalidRequestUri('provided request_uri is not allowed').because(
      REQUEST_OBJECT.uri_unregistered,
    )
  try {
    return await remote.get(uri)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : undefined
    throw new InvalidRequestUri('could not load or parse request_uri', detail, cause).because(
      REQUEST_OBJECT.uri_unreachable,
    )
  }
}
