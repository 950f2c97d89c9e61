import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http'
import { Agent as HttpsAgent, request as overHttps, type RequestOptions } from 'node:https'
import type { LookupFunction } from 'node:net'
import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import type { PreparedRequest, RawResponse, TlsOptions } from './prepared_request.ts'
import { readAtMost } from './read_at_most.ts'
import { untilAborted } from './until_aborted.ts'

/** How the other side is reached. */
export interface Way {
  /** Answers with addresses that were checked. */
  readonly lookup: LookupFunction
  readonly agent: HttpAgent | HttpsAgent | undefined
}

/** @see RFC 9110 §8.4.1 */
const CODINGS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['br', createBrotliDecompress],
])

/** Certificates are verified unless the caller says otherwise, whatever the environment does. */
const tlsOptions = ({
  key,
  certificate,
  certificateAuthority,
  pfx,
  passphrase,
  rejectUnauthorized = true,
}: TlsOptions = {}): RequestOptions => ({
  key,
  cert: certificate,
  ca: certificateAuthority,
  pfx,
  passphrase,
  rejectUnauthorized,
})

/** The length is always told: without it, a body of a method that seldom has one would be taken for the next request. */
const headersOf = ({ headers, body }: PreparedRequest) => ({
  'accept-encoding': 'gzip, br',
  ...headers,
  ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
})

function open(prepared: PreparedRequest, { lookup, agent }: Way): ClientRequest {
  const { url, method, tls } = prepared
  const options = { method, headers: headersOf(prepared), lookup }
  // Agents of our own: the environment, or another library, may have told the global ones to use a proxy.
  if (url.protocol === 'http:') return overHttp(url, { ...options, agent: agent ?? new HttpAgent() })
  return overHttps(url, { ...options, ...tlsOptions(tls), agent: agent ?? new HttpsAgent() })
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
    // Neither comes when the other side wants to change the protocol.
    request.once('close', () => reject(new Error('the connection ended without an answer')))
  })
}

/** Headers speak of the body that another request would be answered with. @see RFC 9112 §6.3 */
const hasNoBody = ({ method }: PreparedRequest, { statusCode, headers }: IncomingMessage): boolean =>
  method === 'HEAD' || statusCode === 204 || statusCode === 304 || headers['content-length'] === '0'

/** @throws Error when the body is coded in a way that was not offered */
function decoded(response: IncomingMessage): Readable {
  const coding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (coding === 'identity' || coding === '') return response
  const decoder = CODINGS.get(coding)
  if (decoder === undefined) throw new Error('the answer has a content coding that was not offered')
  // Whoever reads hears how it ended.
  return pipeline(response, decoder(), () => {})
}

/**
 * Sends a request by Node's own client and reads what the answer is of interest for. Redirects are answers like
 * any other; nothing is tried again.
 */
export async function sendOverNetwork(prepared: PreparedRequest, way: Way): Promise<RawResponse> {
  const { signal, limit, body } = prepared
  signal.throwIfAborted()
  const request = open(prepared, way)
  // Whatever happens after we have lost interest is nobody's business.
  request.on('error', () => {})
  try {
    const answer = responseTo(request)
    request.end(body)
    const response = await untilAborted(signal, answer)
    const isRead = limit !== undefined && !hasNoBody(prepared, response)
    const bytes = isRead ? await untilAborted(signal, readAtMost(limit, decoded(response))) : new Uint8Array()
    return { status: response.statusCode ?? 0, headers: headerMap(response), body: bytes }
  } finally {
    request.destroy()
  }
}

const headerMap = ({ headers }: IncomingMessage): ReadonlyMap<string, string> =>
  new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]))
