import { AsyncLocalStorage } from 'node:async_hooks'
import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import {
  type Attributes,
  type Context,
  type ContextManager,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { DiagnosticsChannels } from '../../lib/index.ts'

/** Keeps the context of OpenTelemetry in a store that channels can be bound to. */
export class ChannelContextManager implements ContextManager {
  readonly store = new AsyncLocalStorage<Context>()

  active(): Context {
    return this.store.getStore() ?? ROOT_CONTEXT
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    call: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.store.run(active, () => Reflect.apply(call, thisArg, args))
  }

  bind<T>(active: Context, target: T): T {
    if (typeof target !== 'function') return target
    const bound = (...args: unknown[]) => this.store.run(active, () => Reflect.apply(target, undefined, args))
    return Object.assign(bound, target)
  }

  enable(): this {
    return this
  }

  disable(): this {
    this.store.disable()
    return this
  }
}

type Name = keyof DiagnosticsChannels
type Message<N extends Name> = DiagnosticsChannels[N]

/** What a span of a channel is called and says. */
interface Described<N extends Name> {
  readonly kind?: SpanKind
  readonly name: (message: Message<N>) => string
  /** At the start. */
  readonly attributes: (message: Message<N>) => Attributes
  /** What is known at the end. */
  readonly outcome?: (message: Message<N>) => Attributes
}

const REQUEST: Described<'openid-provider:request'> = {
  kind: SpanKind.SERVER,
  name: ({ method, route }) => `${method} ${route}`,
  attributes: ({ issuer, method, route }) => ({
    'http.request.method': method,
    'http.route': route,
    'openid_provider.issuer': issuer,
  }),
  outcome: ({ status, clientId, code, reason }) => ({
    'http.response.status_code': status,
    'openid_provider.client_id': clientId,
    'error.type': code,
    'openid_provider.reason': reason,
  }),
}

const STEP: Described<'openid-provider:step'> = { name: ({ step }) => step, attributes: () => ({}) }

const STORAGE: Described<'openid-provider:storage'> = {
  kind: SpanKind.CLIENT,
  name: ({ operation, model }) => [operation, model].filter(Boolean).join(' '),
  attributes: ({ operation, model, operations }) => ({
    'db.operation.name': operation,
    'db.collection.name': model,
    'openid_provider.operations': operations === undefined ? undefined : [...operations],
  }),
}

const OUTGOING: Described<'openid-provider:outgoing'> = {
  kind: SpanKind.CLIENT,
  name: ({ method }) => method,
  attributes: ({ method, origin }) => ({ 'http.request.method': method, 'server.address': origin }),
  outcome: ({ status }) => ({ 'http.response.status_code': status }),
}

const SIGNATURE: Described<'openid-provider:signature'> = {
  name: ({ operation, alg }) => `${operation} ${alg}`,
  attributes: ({ alg }) => ({ 'openid_provider.alg': alg }),
  outcome: ({ isValid }) => ({ 'openid_provider.valid': isValid }),
}

/** Makes a span of everything that a channel tells. @returns what ends that */
function traceChannel<N extends Name>(
  name: N,
  manager: ChannelContextManager,
  tracer: Tracer,
  described: Described<N>,
): () => void {
  const channel: TracingChannel<unknown, Message<N>> = tracingChannel(name)
  const spans = new WeakMap<Message<N>, Span>()

  // What happens inside, in adapters of yours, too, becomes a part of the span.
  channel.start.bindStore(manager.store, (message) => {
    const { kind = SpanKind.INTERNAL } = described
    const attributes = described.attributes(message)
    const span = tracer.startSpan(described.name(message), { kind, attributes }, manager.active())
    spans.set(message, span)
    return trace.setSpan(manager.active(), span)
  })

  const finish = (message: Message<N>) => {
    const span = spans.get(message)
    if (span === undefined) return
    span.setAttributes(described.outcome?.(message) ?? {})
    span.end()
  }
  const subscribers = {
    start: () => {},
    end: (message: Message<N>) => {
      if (message.isPending !== true) finish(message)
    },
    asyncStart: () => {},
    asyncEnd: finish,
    error: (message: Message<N>) => {
      const span = spans.get(message)
      if (message.error instanceof Error) span?.recordException(message.error)
      span?.setStatus({ code: SpanStatusCode.ERROR })
    },
  }
  channel.subscribe(subscribers)
  return () => {
    channel.start.unbindStore(manager.store)
    channel.unsubscribe(subscribers)
  }
}

/**
 * Makes spans of the requests to all providers of this process, and of what they do.
 * @param options.steps a span for each step, too: some forty for a login
 * @returns what ends that
 */
export function traceProviders(
  manager: ChannelContextManager,
  tracer: Tracer,
  { steps = false } = {},
): () => void {
  const ending = [
    traceChannel('openid-provider:request', manager, tracer, REQUEST),
    traceChannel('openid-provider:storage', manager, tracer, STORAGE),
    traceChannel('openid-provider:outgoing', manager, tracer, OUTGOING),
    traceChannel('openid-provider:signature', manager, tracer, SIGNATURE),
    ...(steps ? [traceChannel('openid-provider:step', manager, tracer, STEP)] : []),
  ]
  return () => {
    for (const end of ending) end()
  }
}
