import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

const running = new Set<Server>()

/** Somebody else's server, on a free loopback port. */
export interface LocalServer {
  readonly port: number
  readonly origin: string
  /** Requests so far. */
  readonly requests: IncomingMessage[]
}

/** Stops every server that a test started. */
export async function stopServers(): Promise<void> {
  const servers = [...running]
  running.clear()
  await Promise.all(
    servers.map((server) => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    }),
  )
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
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  running.add(server)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  return { port: address.port, origin: `http://127.0.0.1:${address.port}`, requests }
}
