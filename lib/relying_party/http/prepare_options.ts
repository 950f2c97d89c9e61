import type {
  CustomizeHttpOptions,
  HttpHeaders,
  HttpMethod,
  HttpOptions,
  HttpRequestOptions,
} from '../../../types/relying_party/http.ts'
import { httpOptionsDefaults } from '../custom.ts'

/** What this client wants to send. */
export interface HttpRequest {
  readonly url: string | URL
  readonly method?: HttpMethod
  readonly headers?: HttpHeaders
  readonly form?: Record<string, unknown>
  readonly json?: unknown
  readonly body?: string | Buffer
}

/** Header names are compared without regard to case; the later one counts. @see RFC 9110 §5.1 */
export function mergeHeaders(...all: readonly (HttpHeaders | undefined)[]): HttpHeaders {
  const merged = new Map<string, string | string[] | undefined>()
  for (const headers of all)
    for (const [name, value] of Object.entries(headers ?? {})) merged.set(name.toLowerCase(), value)
  return Object.fromEntries(merged)
}

/** Parameters as forms and queries have them: objects as JSON, arrays repeat, `undefined` and `null` are left out. */
export function urlEncode(parameters: Readonly<Record<string, unknown>>): URLSearchParams {
  const encoded = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    for (const entry of Array.isArray(value) ? value : [value]) {
      if (entry === undefined || entry === null) continue
      encoded.append(name, typeof entry === 'object' ? JSON.stringify(entry) : String(entry))
    }
  }
  return encoded
}

/** The body, and the header that names its type, unless there is one already. */
function writeBody(options: HttpRequestOptions): Pick<HttpRequestOptions, 'body' | 'headers'> {
  const { form, json, body, headers } = options
  if (form !== undefined) {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return { body: urlEncode(form).toString(), headers: mergeHeaders(type, headers) }
  }
  if (json === undefined) return { body, headers }
  return {
    body: JSON.stringify(json),
    headers: mergeHeaders({ 'content-type': 'application/json' }, headers),
  }
}

/**
 * Decides about a request: defaults of the process, then what is sent, then the function of the host, then its hooks.
 * @throws TypeError when one of them is no function
 */
export async function prepareOptions(
  request: HttpRequest,
  customize: CustomizeHttpOptions | undefined,
): Promise<HttpRequestOptions> {
  const defaults = httpOptionsDefaults()
  const { url, method = 'GET', ...sent } = request
  const initial: HttpRequestOptions = {
    ...defaults,
    ...sent,
    url: new URL(url),
    method,
    headers: mergeHeaders(defaults.headers, request.headers),
  }
  const chosen: HttpOptions = customize?.(initial) ?? {}
  const options: HttpRequestOptions = {
    ...initial,
    ...chosen,
    headers: mergeHeaders(chosen.headers ?? initial.headers),
  }
  Object.assign(options, writeBody(options))
  for (const hook of options.hooks?.beforeRequest ?? []) await hook(options)
  options.headers = mergeHeaders(options.headers)
  return options
}
