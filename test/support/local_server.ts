import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { OpenServers } from './open_servers.ts'

const running = new OpenServers()

/** Somebody else's server, on a free loopback port. */
export interface LocalServer {
  readonly port: number
  readonly origin: string
  /** Requests so far. */
  readonly requests: IncomingMessage[]
}

/** Stops every server that a test started. */
export async function stopServers(): Promise<void> {
  await running.stop()
}

export async function startServer(
  answer: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<LocalServer> {
  const requests: IncomingMessage[] = []
  const server = createServer((req, res) => {
    requests.push(req)
    // Clients that hang up are part of the game.
    res.on('error', () => {})
    answer(req, res)
  })
  const port = await running.listen(server)
  return { port, origin: `http://127.0.0.1:${port}`, requests }
}
