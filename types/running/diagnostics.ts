/** What every message has. */
export interface TracedMessage {
  /** At `end`: whether it is still under way; then `asyncEnd` is its end. */
  isPending?: boolean
  /** What it failed with: of a step, a refusal, too. */
  error?: unknown
}

/**
 * What a request to the provider is, on the channel `openid-provider:request`. The members that are not there at the start are at
 * the end.
 */
export interface RequestMessage extends TracedMessage {
  /** Of the provider that was asked. */
  readonly issuer: string
  /** Of HTTP. */
  readonly method: string
  /** Name of the endpoint, such as `token`. Never the path: it may hold the id of an interaction. */
  readonly route: string
  /** Of the answer. */
  status?: number
  /** Who asks, once that is known. */
  clientId?: string | undefined
  /** The error code of the answer. */
  code?: string | undefined
  /** Why it was refused: a code of [docs/errors](../errors/README.md). */
  reason?: string | undefined
}

/** What a step of an endpoint is, on `openid-provider:step`. */
export interface StepMessage extends TracedMessage {
  /** Of the provider that was asked. */
  readonly issuer: string
  /** Name of the endpoint. */
  readonly route: string
  /** Name of the step, as `test/contract/steps.snapshot.txt` of the sources lists them. */
  readonly step: string
}

/** What a call of storage is, on `openid-provider:storage`. Never holds an id: those are secrets. */
export interface StorageMessage extends TracedMessage {
  /** Name of the adapter's method, such as `find`. */
  readonly operation: string
  /** Which kind of entry; `commit` has several. */
  readonly model?: string | undefined
  /** What `commit` is to do, in order, each as `insert AccessToken`. */
  readonly operations?: readonly string[] | undefined
}

/** What a request to somebody else is, on `openid-provider:outgoing`. */
export interface OutgoingMessage extends TracedMessage {
  /** Of HTTP. */
  readonly method: string
  /** Scheme, host and port. Never the path or query: they may hold secrets. */
  readonly origin: string
  /** Of the answer. */
  status?: number
}

/** What a signature is, on `openid-provider:signature`. */
export interface SignatureMessage extends TracedMessage {
  /** What is done. */
  readonly operation: 'sign' | 'verify'
  /** The algorithm, as JOSE names it. */
  readonly alg: string
  /** Whether what was to be verified holds. */
  isValid?: boolean
}

/**
 * The channels of `node:diagnostics_channel`, and what is published there. Each is a `TracingChannel`: `start`, `end`, `asyncStart`,
 * `asyncEnd` and `error` get one and the same message object, which members are added to. Without subscribers they cost nothing.
 * @example
 * import { tracingChannel } from 'node:diagnostics_channel'
 * import type { DiagnosticsChannels } from 'openid-provider'
 *
 * const nothing = () => {}
 * tracingChannel<unknown, DiagnosticsChannels['openid-provider:request']>('openid-provider:request').subscribe({
 *   start: nothing,
 *   end: nothing,
 *   asyncStart: nothing,
 *   asyncEnd: ({ route, status, reason }) => console.log(route, status, reason),
 *   error: nothing,
 * })
 */
export interface DiagnosticsChannels {
  /** Around everything about a request. */
  'openid-provider:request': RequestMessage
  /** Around each step of an endpoint, or grant type; what answers at once has no `asyncStart` and `asyncEnd`. */
  'openid-provider:step': StepMessage
  /** Around each call of the adapter, with the wait for it. */
  'openid-provider:storage': StorageMessage
  /** Around each request to a server of somebody else: key sets, request objects, logout tokens. Of `openid-provider/client`, too. */
  'openid-provider:outgoing': OutgoingMessage
  /** Around each signature that is made or verified. Of `openid-provider/client`, too. */
  'openid-provider:signature': SignatureMessage
}
