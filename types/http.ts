import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

/** A request of node:http, or of node:http2 through its compatibility API. */
export type HttpRequest = IncomingMessage | Http2ServerRequest

/** The answer to a request of node:http, or of node:http2 through its compatibility API. */
export type HttpResponse = ServerResponse | Http2ServerResponse
