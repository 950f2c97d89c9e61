import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { OpenServers } from './open_servers.ts'
import { CERTIFICATE } from './tls_certificate.ts'

const running = new OpenServers()

/** A server of https that only trusting browsers visit. */
export interface SecureServer {
  readonly origin: string
  /** Says how it answers from now on. */
  answerBy(answer: (req: IncomingMessage, res: ServerResponse) => unknown): void
}

export async function stopSecureServers(): Promise<void> {
  await running.stop()
}

/** @param host `localhost` or `127.0.0.1`: for browsers these are two sites */
export async function startSecureServer(host: 'localhost' | '127.0.0.1'): Promise<SecureServer> {
  let answer = (_req: IncomingMessage, res: ServerResponse): unknown => res.writeHead(404).end()
  const server = createServer(CERTIFICATE, (req, res) => {
    res.on('error', () => {})
    answer(req, res)
  })
  const port = await running.listen(server)
  return {
    origin: `https://${host}:${port}`,
    answerBy(next) {
      answer = next
    },
  }
}
