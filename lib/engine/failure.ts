import type { ErrorOut } from '../../types/errors.ts'
import type { ProviderEvents } from '../../types/events.ts'
import { StorageTimeout } from '../adapters/storage_timeout.ts'
import { StorageUnavailable } from '../adapters/storage_unavailable.ts'
import { OIDCProviderError, TemporarilyUnavailable } from '../helpers/errors.ts'
import { printable } from '../helpers/http/error_on_the_wire.ts'
import { SigningFailed } from '../helpers/jose/signing_failed.ts'
import type { Ctx } from './context.ts'
import { HostTimeout } from './host_timeout.ts'
import { SERVER } from './reasons/engine_reasons.ts'
import type { Runtime } from './runtime.ts'

/** Events told `(ctx, error)`. */
export type ErrorEvent = {
  [E in keyof ProviderEvents]: E extends `${string}.error`
    ? ProviderEvents[E]['length'] extends 2
      ? E
      : never
    : never
}[keyof ProviderEvents]

/** Seconds after which a client may try again. */
export const RETRY_AFTER = '5'

/** Somebody else's failure is shown as this one: what really happened is for the `server_error` event only. */
class ServerError extends OIDCProviderError {
  constructor(cause: unknown) {
    super({ error: 'server_error', status: 500, error_description: 'oops! something went wrong', cause })
  }
}

/** What we stand on did not answer; nothing was used up, so the same request may succeed later. */
const mayPass = (thrown: unknown) =>
  thrown instanceof StorageTimeout ||
  thrown instanceof StorageUnavailable ||
  thrown instanceof SigningFailed ||
  thrown instanceof HostTimeout

/** Only names that are known here: what else was sent may be anything. */
const sentNames = (ctx: Ctx): string[] => Object.keys(ctx.oidc.sentParams ?? {})

/**
 * Sorts out what was thrown and tells the listeners: the client's doing under the endpoint's own event,
 * anything else as `server_error`.
 * @returns the error to answer with
 */
export function reportFailure(ctx: Ctx, rt: Runtime, thrown: unknown, event: ErrorEvent): OIDCProviderError {
  if (thrown instanceof OIDCProviderError) {
    // An error of the host's may be one that it throws again and again.
    if (thrown.reason !== 'host') thrown.seen ??= sentNames(ctx)
    ctx.oidc.failure = thrown
    rt.emit(event, ctx, thrown)
    return thrown
  }
  rt.serverError(ctx, thrown)
  if (mayPass(thrown)) {
    ctx.set('retry-after', RETRY_AFTER)
    ctx.oidc.failure = new TemporarilyUnavailable(undefined, undefined, thrown).because(SERVER.unavailable)
  } else ctx.oidc.failure = new ServerError(thrown).because(SERVER.failed)
  return ctx.oidc.failure
}

/** The error as it goes out. */
export function errorOut(error: OIDCProviderError): ErrorOut {
  const description = printable(error.error_description)
  return {
    error: error.error,
    ...(description === undefined ? {} : { error_description: description }),
    ...(error.scope === undefined ? {} : { scope: error.scope }),
  }
}
