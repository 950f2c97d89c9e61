import type { Agent as HttpAgent } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type {
  CustomizeHttpOptions,
  HttpRequestOptions,
  HttpResponse,
} from '../../../types/relying_party/http.ts'
import { isLoopbackHost } from '../../helpers/uri/loopback_uri.ts'
import type { FetchPool } from '../../outgoing/fetch_pool.ts'
import {
  type OutgoingPolicy,
  OutgoingRequestFailed,
  outgoingBytes,
  type TlsOptions,
} from '../../outgoing/outgoing_request.ts'
import { RPError } from '../errors.ts'
import { type HttpRequest, mergeHeaders, prepareOptions } from './prepare_options.ts'

const TIMEOUT = 3500
const BODY_LIMIT = 1024 * 1024
const MAX_REDIRECTS = 5
const MAX_RETRIES = 10
/** Credentials that are for one origin alone. @see RFC 9110 §15.4 */
const FOR_ONE_ORIGIN = ['authorization', 'cookie', 'proxy-authorization']

/** Who asks. */
export interface HttpCaller {
  /** Decides about each request. */
  readonly customize?: CustomizeHttpOptions | undefined
  /** The issuer all this is about: one that is http on loopback itself opens loopback. */
  readonly about: string
  /** Bounds how many of its kind are under way. */
  readonly pool?: FetchPool
}

function isOnLoopback(url: string | URL): boolean {
  if (!URL.canParse(String(url))) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && isLoopbackHost(hostname)
}

const mayReachAll = (
  { allowSpecialUseAddresses: allowed, url }: HttpRequestOptions,
  about: string,
): boolean => allowed ?? (isOnLoopback(about) && isLoopbackHost(url.hostname))

function agentFor({ agent, url }: HttpRequestOptions): HttpAgent | HttpsAgent | undefined {
  if (agent === undefined || !isPair(agent)) return agent
  return url.protocol === 'https:' ? agent.https : agent.http
}

const isPair = (
  agent: NonNullable<HttpRequestOptions['agent']>,
): agent is { http?: HttpAgent | undefined; https?: HttpsAgent | undefined } =>
  !('addRequest' in agent) && ('http' in agent || 'https' in agent)

function policyOf(options: HttpRequestOptions, about: string): OutgoingPolicy {
  return {
    configuration: {
      allowSpecialUseAddresses: mayReachAll(options, about),
      fetch: undefined,
      httpOptions: () => ({ agent: agentFor(options), dnsLookup: options.dnsLookup ?? options.lookup }),
    },
  }
}

function tlsOf({ https = {}, key, cert, ca, pfx, passphrase }: HttpRequestOptions): TlsOptions | undefined {
  const { ca: authority = ca, certificateAuthority = authority, ...named } = https
  const tls: TlsOptions = { key, certificate: cert, pfx, passphrase, ...named, certificateAuthority }
  const set = Object.entries(tls).filter(([, value]) => value !== undefined)
  return set.length === 0 ? undefined : Object.fromEntries(set)
}

function timeoutOf({ timeout }: HttpRequestOptions): number {
  const milliseconds = typeof timeout === 'object' ? timeout.request : timeout
  return milliseconds ?? TIMEOUT
}

const flatHeaders = (options: HttpRequestOptions): Record<string, string> =>
  Object.fromEntries(
    Object.entries(options.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )

async function sendOnce(
  { about, pool }: HttpCaller,
  options: HttpRequestOptions,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const tls = tlsOf(options)
  const { status, headers, body } = await outgoingBytes(policyOf(options, about), options.url, {
    method: options.method,
    headers: flatHeaders(options),
    limit: options.responseBodyLimit ?? BODY_LIMIT,
    timeout: timeoutOf(options),
    signal,
    ...(pool === undefined ? {} : { pool }),
    ...(tls === undefined ? {} : { tls }),
    ...(options.body === undefined ? {} : { body: options.body }),
  })
  return {
    statusCode: status,
    statusMessage: STATUS_CODES[status] ?? '',
    headers: Object.fromEntries(headers),
    body: Buffer.from(body),
    url: options.url.href,
    request: { options },
  }
}

const isSafe = ({ method }: HttpRequestOptions) => method === 'GET' || method === 'HEAD'

async function sendAgain(
  caller: HttpCaller,
  options: HttpRequestOptions,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const { retry = 0 } = options
  const wanted = typeof retry === 'number' ? retry : (retry.limit ?? 0)
  let left = isSafe(options) ? Math.min(wanted, MAX_RETRIES) : 0
  for (;;) {
    try {
      return await sendOnce(caller, options, signal)
    } catch (error) {
      const mayPass = error instanceof OutgoingRequestFailed && error.isTemporary && !signal.aborted
      if (left === 0 || !mayPass) throw error
      left -= 1
    }
  }
}

/** Where an answer leads to. @see RFC 9110 §15.4 */
function redirectOf(response: HttpResponse, from: URL): URL | undefined {
  const { statusCode, headers } = response
  const { location } = headers
  if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) return undefined
  if (!URL.canParse(location, from.href)) throw new RPError('a redirect leads nowhere', { response })
  const target = new URL(location, from)
  // What was asked for under protection is not to be had without it.
  if (from.protocol === 'https:' && target.protocol !== 'https:')
    throw new RPError('a redirect from https to http is refused')
  return target
}

/** A proof is of one request: at another URL, or for the second time, it is refused (RFC 9449 §4.3, §11.1). */
const mayFollow = (options: HttpRequestOptions) =>
  options.followRedirect === true && isSafe(options) && options.headers['dpop'] === undefined

async function follow(
  caller: HttpCaller,
  first: HttpRequestOptions,
  signal: AbortSignal,
): Promise<HttpResponse> {
  let options = first
  for (let left = first.maxRedirects ?? MAX_REDIRECTS; ; left -= 1) {
    const response = await sendAgain(caller, options, signal)
    if (!mayFollow(options)) return response
    const url = redirectOf(response, options.url)
    if (url === undefined) return response
    if (left <= 0) throw new RPError('too many redirects', { response })
    const dropped = url.origin === options.url.origin ? [] : FOR_ONE_ORIGIN.map((name) => [name, undefined])
    options = { ...options, url, headers: mergeHeaders(options.headers, Object.fromEntries(dropped)) }
  }
}

/**
 * The one way out of this client: bounded in time, size and redirects, to public addresses unless the host allows others.
 * @throws RPError when no answer came
 * @see RFC 9700 §4.11
 */
export async function sendHttp(caller: HttpCaller, request: HttpRequest): Promise<HttpResponse> {
  const options = await prepareOptions(request, caller.customize)
  const deadline = AbortSignal.timeout(timeoutOf(options))
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal])
  let response: HttpResponse
  try {
    response = await follow(caller, options, signal)
  } catch (cause) {
    if (!(cause instanceof OutgoingRequestFailed)) throw cause
    const reason = deadline.aborted
      ? `outgoing request timed out after ${timeoutOf(options)}ms`
      : cause.message
    throw new RPError(reason, { cause })
  }
  for (const hook of options.hooks?.afterResponse ?? []) response = await hook(response)
  return response
}
