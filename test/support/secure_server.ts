import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { CERTIFICATE } from './tls_certificate.ts'

const running = new Set<Server>()

/** A server of https that only trusting browsers visit. */
export interface SecureServer {
  readonly origin: string
  /** Says how it answers from now on. */
  answerBy(answer: (req: IncomingMessage, res: ServerResponse) => unknown): void
}

export async function stopSecureServers(): Promise<void> {
  const servers = [...running]
  running.clear()
  await Promise.all(
    servers.map((server) => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    }),
  )
}

/** @param host `localhost` or `127.0.0.1`: for browsers these are two sites */
export async function startSecureServer(host: 'localhost' | '127.0.0.1'): Promise<SecureServer> {
  let answer = (_req: IncomingMessage, res: ServerResponse): unknown => res.writeHead(404).end()
  const server = createServer(CERTIFICATE, (req, res) => {
    res.on('error', () => {})
    answer(req, res)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  running.add(server)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  return {
    origin: `https://${host}:${address.port}`,
    answerBy(next) {
      answer = next
    },
  }
}
