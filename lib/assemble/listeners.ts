import type { EventEmitter } from 'node:events'
import { types } from 'node:util'
import debug from 'debug'
import type { Logger } from '../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import { BaseToken } from '../models/base_token.ts'

const trace = debug('oidc-provider:server_error')

/** A logger that fails must not turn an answer that is stored already into an error. */
export function log(logger: Logger, message: string, cause: unknown): void {
  try {
    logger.error(message, cause)
  } catch (failure) {
    trace('the logger failed: %O', failure)
  }
}

/** Runs every listener isolated: one that throws, or rejects, changes no answer and stops no other. */
export function tellListeners(
  emitter: EventEmitter,
  logger: Logger,
  event: string,
  args: readonly unknown[],
): void {
  if (emitter.listenerCount(event) === 0) return
  const report = (cause: unknown) => log(logger, `a listener of the event ${event} failed`, cause)
  for (const listener of emitter.rawListeners(event)) {
    try {
      const result: unknown = Reflect.apply(listener, emitter, args)
      if (result instanceof Promise) result.catch(report)
    } catch (cause) {
      report(cause)
    }
  }
}

/** Anything can be thrown; listeners are told of an `Error`, which says what it was as its `cause`. */
const asError = (thrown: unknown): Error =>
  thrown instanceof Error || types.isNativeError(thrown)
    ? thrown
    : new Error('something was thrown that is no Error', { cause: thrown })

/** Tells what failed and is not the client's doing. Failures nobody listens for are still to be seen. */
export function tellServerError(
  emitter: EventEmitter,
  logger: Logger,
  ctx: KoaContextWithOIDC,
  thrown: unknown,
): void {
  const error = asError(thrown)
  tellListeners(emitter, logger, 'server_error', [ctx, error])
  trace('%O', error)
  if (emitter.listenerCount('server_error') === 0)
    log(logger, 'server_error (listen to this event to handle it)', error)
}

/** Names of an older version under which some events are told as well. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([
  ['saved', 'token.issued'],
  ['issued', 'token.issued'],
  ['consumed', 'token.consumed'],
  ['destroyed', 'token.revoked'],
])

/** Tells what happened to a model; tokens under their former event names, too. */
export function tellModelListeners(
  emitter: EventEmitter,
  logger: Logger,
  event: string,
  model: object,
): void {
  tellListeners(emitter, logger, event, [model])
  const former =
    model instanceof BaseToken ? FORMER_NAMES.get(event.slice(event.lastIndexOf('.') + 1)) : undefined
  if (former !== undefined) tellListeners(emitter, logger, former, [model])
}
