import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import type { HttpOptions } from '../../types/configuration.ts'
import type { OutgoingMessage } from '../../types/running/diagnostics.ts'
import { OUTGOING } from '../helpers/diagnostics/channels.ts'
import { traced } from '../helpers/diagnostics/traced.ts'
import { hearRejection } from '../helpers/hear_rejection.ts'
import { parseStrictJson } from '../helpers/strict_json.ts'
import { addressesOf, type OutgoingPolicy, pinned, withoutBrackets } from './checked_addresses.ts'
import type { FetchPool } from './fetch_pool.ts'
import { OutgoingRequestFailed } from './outgoing_request_failed.ts'
import type { HttpMethod, PreparedRequest, RawResponse, TlsOptions } from './prepared_request.ts'
import { readAtMost } from './read_at_most.ts'
import { sendOverNetwork } from './send_over_network.ts'
import { untilAborted } from './until_aborted.ts'

export type { OutgoingPolicy, OutgoingRuntime } from './checked_addresses.ts'
export { OutgoingRequestFailed } from './outgoing_request_failed.ts'
export type { RawResponse, TlsOptions } from './prepared_request.ts'

/** Milliseconds for all of a request: looking the name up, connecting, the answer with its body. */
const DEADLINE = 2500

/** What to ask, and how much of the answer to read. */
export interface OutgoingRequest {
  /** @default GET, or POST with a body */
  method?: HttpMethod
  /** Media type wanted. */
  accept?: string
  /** Fields of a form to post. */
  form?: Readonly<Record<string, string>>
  /** Value to post as JSON. */
  json?: Readonly<Record<string, unknown>>
  /** Anything else to send; its type is in the headers. */
  body?: string | Uint8Array
  tls?: TlsOptions
  /** Further headers of our own, never those of a request we got. */
  headers?: Readonly<Record<string, string>>
  /** Bounds how many of its kind are under way. */
  pool?: FetchPool
  /** Milliseconds for all of it, where the host has no deadline of its own. @default 2500 */
  timeout?: number
  /** Ends it earlier, whatever the host says. */
  signal?: AbortSignal | undefined
  /** Longest body to read, in bytes after decompression. Absent: the body is of no interest and not read. */
  limit?: number
}

export interface OutgoingResponse extends Omit<RawResponse, 'body'> {
  body: string
}

/** @throws OutgoingRequestFailed before anything is sent */
function readUrl(given: string | URL): URL {
  if (!URL.canParse(String(given))) throw new OutgoingRequestFailed(given, 'it is not a URL')
  const url = new URL(given)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new OutgoingRequestFailed(given, 'only http and https are possible')
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutgoingRequestFailed(given, 'credentials in URLs are refused')
  }
  return url
}

/** When a request ends at the latest. */
function endOf(
  { timeout = DEADLINE, signal: ending }: OutgoingRequest,
  { signal }: HttpOptions,
): AbortSignal {
  const own = signal ?? AbortSignal.timeout(timeout)
  return ending === undefined ? own : AbortSignal.any([own, ending])
}

function prepare(given: string | URL, request: OutgoingRequest, options: HttpOptions): PreparedRequest {
  const { form, json, limit, pool, tls, accept = '*/*' } = request
  const { 'user-agent': userAgent } = options
  const headers: Record<string, string> = { accept, ...request.headers }
  if (userAgent !== undefined) headers['user-agent'] = userAgent
  let body = request.body
  if (form !== undefined) {
    headers['content-type'] = 'application/x-www-form-urlencoded'
    body = new URLSearchParams(form).toString()
  } else if (json !== undefined) {
    headers['content-type'] = 'application/json'
    body = JSON.stringify(json)
  }
  const method = request.method ?? (body === undefined ? 'GET' : 'POST')
  return {
    url: readUrl(given),
    method,
    headers,
    body,
    tls,
    limit,
    pool,
    signal: endOf(request, options),
  }
}

async function sendDirectly(
  rt: OutgoingPolicy,
  prepared: PreparedRequest,
  { agent, dnsLookup }: HttpOptions,
): Promise<RawResponse> {
  const { url, signal, pool } = prepared
  const addresses = await addressesOf(rt, prepared, dnsLookup ?? systemLookup)
  const send = () => sendOverNetwork(prepared, { lookup: pinned(addresses), agent })
  return pool === undefined ? send() : pool.run(url, addresses[0]?.address ?? '', signal, send)
}

function headerMap(entries: Iterable<[string, unknown]>): ReadonlyMap<string, string> {
  return new Map([...entries].map(([name, value]) => [name.toLowerCase(), String(value)]))
}

/** The host's transport looks names up by itself; addresses that are spelled out are still checked. */
async function sendByFetch(
  rt: OutgoingPolicy,
  prepared: PreparedRequest,
  fetch: NonNullable<OutgoingPolicy['configuration']['fetch']>,
): Promise<RawResponse> {
  const { url, signal, pool } = prepared
  if (isIP(withoutBrackets(url.hostname)) > 0) await addressesOf(rt, prepared, systemLookup)
  const send = () => fetchBy(prepared, fetch)
  return pool === undefined ? send() : pool.run(url, url.hostname, signal, send)
}

async function fetchBy(
  { url, method, headers, body, signal, limit }: PreparedRequest,
  fetch: NonNullable<OutgoingPolicy['configuration']['fetch']>,
): Promise<RawResponse> {
  const pending = fetch(url, {
    method,
    headers,
    signal,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  })
  const response = await untilAborted(signal, Promise.resolve(pending))
  const { status, headers: received, body: stream } = response
  try {
    const isRead = limit !== undefined && stream !== null
    const bytes = isRead ? await untilAborted(signal, readAtMost(limit, chunksOf(stream))) : new Uint8Array()
    return { status, headers: headerMap(received.entries()), body: bytes }
  } finally {
    if (stream?.locked === false) stream.cancel().catch(() => {})
  }
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

/** What the network does; a certificate that is refused is no accident. */
const OF_NETWORK =
  /^(?:E(?:CONN|HOST|NET)[A-Z]+|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|UND_ERR_(?:SOCKET|[A-Z_]*TIMEOUT))$/

function isOfNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code: unknown = Reflect.get(error, 'code')
  return (typeof code === 'string' && OF_NETWORK.test(code)) || isOfNetwork(error.cause)
}

/** What is said of a failure. Where each address of a host failed in its way, Node has no message of its own. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason'
  return cause instanceof AggregateError ? cause.errors.map(reasonOf).join(', ') : cause.message
}

/**
 * @throws OutgoingRequestFailed for any status but 200
 * @see RFC 9110 §15.6 (failures of the server's own)
 */
export function expectOk(url: string | URL, status: number): void {
  if (status !== 200)
    throw new OutgoingRequestFailed(
      url,
      `the answer has the status ${status}, not 200`,
      undefined,
      status >= 500,
    )
}

/**
 * The one way out: everything that other servers are asked goes through here. Only http and https; the host
 * is looked up once, each of its addresses checked, and a checked one connected to; redirects are not followed;
 * there is one deadline for all of it, and a limit to what is read. Nothing of a request we got goes along.
 * @param read makes something of the answer; where it fails the request has failed
 * @throws OutgoingRequestFailed
 * @see RFC 9101 §10.4.1, RFC 9700 §4.11
 */
async function exchange<T>(
  rt: OutgoingPolicy,
  url: string | URL,
  request: OutgoingRequest,
  read: (response: RawResponse) => T,
): Promise<T> {
  const { fetch, httpOptions } = rt.configuration
  const options = httpOptions(readUrl(url))
  // Options that nobody waits for would not be heeded: the request would go another way than the host wants.
  if (hearRejection(options) instanceof Promise)
    throw new TypeError('httpOptions must return its options, not a promise of them')
  const prepared = prepare(url, request, options)
  try {
    const send = () =>
      fetch === undefined ? sendDirectly(rt, prepared, options) : sendByFetch(rt, prepared, fetch)
    return read(await (OUTGOING.hasSubscribers ? traceOutgoing(prepared, send) : send()))
  } catch (cause) {
    if (cause instanceof OutgoingRequestFailed) throw cause
    throw new OutgoingRequestFailed(
      url,
      reasonOf(cause),
      cause,
      prepared.signal.aborted || isOfNetwork(cause),
    )
  }
}

/** Sends a request that somebody listens to. */
function traceOutgoing(
  { method, url }: PreparedRequest,
  send: () => Promise<RawResponse>,
): Promise<RawResponse> {
  const message: OutgoingMessage = { method, origin: url.origin }
  return traced(OUTGOING, message, async () => {
    const response = await send()
    message.status = response.status
    return response
  })
}

const decodeText = (body: Uint8Array) =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)

/** @throws OutgoingRequestFailed, also when the answer is no UTF-8 */
export const outgoingRequest = (
  rt: OutgoingPolicy,
  url: string | URL,
  request: OutgoingRequest = {},
): Promise<OutgoingResponse> =>
  exchange(rt, url, request, ({ body, ...head }) => ({ ...head, body: decodeText(body) }))

/** @throws OutgoingRequestFailed */
export const outgoingBytes = (
  rt: OutgoingPolicy,
  url: string | URL,
  request: OutgoingRequest,
): Promise<RawResponse> => exchange(rt, url, request, (response) => response)

const JSON_TYPE = /^application\/(?:[a-z0-9!#$&^_.+-]+\+)?json *(?:;|$)/i

/**
 * Asks for JSON. Only a 200 counts, and only what is declared as JSON unless the caller takes whatever parses.
 * @throws OutgoingRequestFailed
 * @see RFC 8259 §11
 */
export async function outgoingJson(
  rt: OutgoingPolicy,
  url: string | URL,
  request: OutgoingRequest & { limit: number; undeclared?: boolean },
): Promise<{ value: unknown; headers: ReadonlyMap<string, string> }> {
  const { status, headers, body } = await outgoingRequest(rt, url, { accept: 'application/json', ...request })
  expectOk(url, status)
  if (request.undeclared !== true && !JSON_TYPE.test(headers.get('content-type') ?? '')) {
    throw new OutgoingRequestFailed(url, 'the answer is not declared as JSON')
  }
  try {
    return { value: parseStrictJson(body), headers }
  } catch (cause) {
    throw new OutgoingRequestFailed(url, 'the answer is not valid JSON', cause)
  }
}
