import { type OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Context, Response } from 'koa'
import type { HttpRequest, HttpResponse } from '../../../types/http.ts'
import { REQUEST } from '../../helpers/diagnostics/channels.ts'
import { isHostHeader } from '../../helpers/http/host_header.ts'
import { endOfTurn } from '../../helpers/promises/end_of_turn.ts'

interface SentDocument {
  readonly headers: OutgoingHttpHeaders
  readonly body: string
}

/** Nobody has more of these than there are documents. */
const PLAIN_PATH = /^\/[\w./-]*$/

/** What the provider says about a document; anything else was said by a host, about that one answer. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'access-control-allow-origin',
  'cache-control',
  'content-length',
  'content-type',
  'etag',
  'x-content-type-options',
])

function isOwn(headers: OutgoingHttpHeaders): boolean {
  const names = Object.keys(headers)
  return names.every((name) => OWN_HEADERS.has(name)) && headers['access-control-allow-origin'] === '*'
}

/** Who asks without a condition, and of the provider itself, gets what everybody gets. @see RFC 9110 §13.1 */
function isPlain(req: HttpRequest): boolean {
  if (req.method !== 'GET' || 'originalUrl' in req || 'baseUrl' in req) return false
  return req.headers['if-none-match'] === undefined && isHostHeader(req.headers.host)
}

/**
 * Documents as they were sent. One depends on its URL and on nothing else about a request: who asks for it again is
 * sent the same, and nothing is run for that.
 */
export class SentDocuments {
  readonly #sent = new Map<string, SentDocument>()
  /** Answers that are documents. */
  readonly #answers = new WeakSet<Response>()

  /** This answer is a document. */
  note({ response }: Pick<Context, 'response'>): void {
    this.#answers.add(response)
  }

  /** Keeps an answer that is a document, unless a host has a say in it. */
  keep({ response, originalUrl, req, res }: Context, body: string): void {
    if (!this.#answers.has(response)) return
    const headers = res.getHeaders()
    if (isPlain(req) && isOwn(headers) && PLAIN_PATH.test(originalUrl))
      this.#sent.set(originalUrl, { headers: { ...headers }, body })
  }

  /** Sends a document that was sent before, at the end of the turn. @returns nothing where there is none for this request */
  send(req: HttpRequest, res: HttpResponse): Promise<void> | undefined {
    const document = this.#sent.get(req.url ?? '')
    if (document === undefined || !isPlain(req) || REQUEST.hasSubscribers) return undefined
    if (!(res instanceof ServerResponse) || res.headersSent || res.getHeaderNames().length > 0)
      return undefined
    return new Promise((resolve) => {
      endOfTurn(() => {
        if (!res.headersSent) res.writeHead(200, document.headers).end(document.body)
        resolve()
      })
    })
  }

  /** Something they depend on has changed. */
  clear(): void {
    this.#sent.clear()
  }
}
