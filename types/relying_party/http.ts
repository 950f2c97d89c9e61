import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'

/** A method that requests are sent with. @see RFC 9110 §9 */
export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'

/** Headers to send. */
export type HttpHeaders = Record<string, string | string[] | undefined>

type Pem = string | Buffer | (string | Buffer)[]

/** The certificate to show, and whom to trust. @see RFC 8705 §2 */
export interface HttpsOptions {
  /** Private key of the certificate, PEM. */
  key?: Pem | undefined
  /** Certificate to show, PEM. */
  certificate?: Pem | undefined
  /** Authorities to trust instead of the usual ones, PEM. */
  certificateAuthority?: Pem | undefined
  /** Another name of `certificateAuthority`. */
  ca?: Pem | undefined
  /** Key and certificate in one file, PKCS #12. */
  pfx?: string | Buffer | undefined
  /** Opens `key` or `pfx`. */
  passphrase?: string | undefined
  /** Whether certificates of the other side are checked. @default true */
  rejectUnauthorized?: boolean | undefined
}

/** How requests are sent. */
export interface HttpOptions {
  /** Milliseconds for all of a request, with its body and everything it is redirected to. @default 3500 */
  timeout?: number | { request?: number | undefined } | undefined
  /** Headers to add or, when `undefined`, to leave out. @default `{ 'User-Agent': 'openid-provider' }` */
  headers?: HttpHeaders | undefined
  /** Whether GET and HEAD requests follow redirects; those with a DPoP proof never do. @default false */
  followRedirect?: boolean | undefined
  /** How many redirects are followed. @default 5 */
  maxRedirects?: number | undefined
  /** How often a GET or HEAD request that the network failed is tried again. @default 0 */
  retry?: number | { limit?: number | undefined } | undefined
  /** Agent to use; one for both schemes, or one for each. @default a new one for each request */
  agent?:
    | HttpAgent
    | HttpsAgent
    | { http?: HttpAgent | undefined; https?: HttpsAgent | undefined }
    | undefined
  /** Resolves host names. @default dns.lookup */
  dnsLookup?: LookupFunction | undefined
  /** Another name of `dnsLookup`. */
  lookup?: LookupFunction | undefined
  /** The certificate to show, and whom to trust. @see RFC 8705 §2 */
  https?: HttpsOptions | undefined
  /** Another name of `https.key`. */
  key?: Pem | undefined
  /** Another name of `https.certificate`. */
  cert?: Pem | undefined
  /** Another name of `https.certificateAuthority`. */
  ca?: Pem | undefined
  /** Another name of `https.pfx`. */
  pfx?: string | Buffer | undefined
  /** Another name of `https.passphrase`. */
  passphrase?: string | undefined
  /** What is told about requests and answers. */
  hooks?: HttpHooks | undefined
  /** Ends requests earlier. */
  signal?: AbortSignal | undefined
  /** Longest body to read, in bytes after decompression. @default 1048576 */
  responseBodyLimit?: number | undefined
  /**
   * Whether addresses for special use may be asked: private networks, loopback, link-local and so on.
   * @default no, but loopback of an issuer that is itself http on loopback
   * @see RFC 6890
   */
  allowSpecialUseAddresses?: boolean | undefined
  /** Has no meaning: every answer is looked at by who asked. @default false */
  throwHttpErrors?: boolean | undefined
}

/** One request, with everything about it decided. */
export interface HttpRequestOptions extends HttpOptions {
  /** What is asked. */
  url: URL
  method: HttpMethod
  headers: HttpHeaders
  /** Fields of a form to post; arrays are fields that repeat, `undefined` is left out. */
  form?: Record<string, unknown> | undefined
  /** Value to post as JSON. */
  json?: unknown
  /** Any other body; in `beforeRequest` also what `form` and `json` were written as. */
  body?: string | Buffer | undefined
}

/** An answer. */
export interface HttpResponse {
  statusCode: number
  statusMessage: string
  /** By lower-case name. */
  headers: Record<string, string>
  /** A Buffer from `requestResource`; elsewhere JSON as what it says, anything else as text. */
  body: unknown
  /** Where it came from, after redirects. */
  url: string
  /** The request it answers. */
  request: { options: HttpRequestOptions }
}

/** What is told about requests and answers. */
export interface HttpHooks {
  /** Before a request is sent; it may change headers and body. */
  beforeRequest?: ((options: HttpRequestOptions) => void | Promise<void>)[] | undefined
  /** After an answer was read; what it returns is used instead. */
  afterResponse?: ((response: HttpResponse) => HttpResponse | Promise<HttpResponse>)[] | undefined
}

/** Decides about one request; set as `[custom.http_options]` on a class, an issuer or a client. */
export type CustomizeHttpOptions = (options: HttpRequestOptions) => HttpOptions

/** Another name of {@link CustomizeHttpOptions}. */
export type CustomHttpOptionsProvider = CustomizeHttpOptions
