/** Calls the handler of serverless.ts as API Gateway (payload format 2.0) does. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { port } from './provider.ts'
import { handler } from './serverless.ts'

interface Answer {
  statusCode?: number
  headers?: Record<string, string>
  cookies?: string[]
  body?: string
  isBase64Encoded?: boolean
}

createServer(async (req, res) => {
  const { pathname, search } = new URL(req.url ?? '/', `http://localhost:${port}`)
  const { cookie, ...headers } = req.headers
  const event = {
    version: '2.0',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers,
    cookies: cookie?.split('; '),
    requestContext: { http: { method: req.method, path: pathname, sourceIp: req.socket.remoteAddress } },
    body: await text(req),
    isBase64Encoded: false,
  }
  const answer: Answer = await handler(event, {})
  res.writeHead(answer.statusCode ?? 200, { ...answer.headers, 'set-cookie': answer.cookies ?? [] })
  res.end(answer.body, answer.isBase64Encoded === true ? 'base64' : 'utf8')
}).listen(port)
