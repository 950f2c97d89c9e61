import { once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

type Server = HttpServer | HttpsServer

/** Servers that a test started and that have to be stopped after it. */
export class OpenServers {
  readonly #open = new Set<Server>()

  /** @returns the free loopback port it listens at */
  async listen(server: Server, host = '127.0.0.1'): Promise<number> {
    server.listen(0, host)
    await once(server, 'listening')
    this.#open.add(server)
    const address: AddressInfo | string | null = server.address()
    if (address === null || typeof address === 'string') throw new Error('no address')
    return address.port
  }

  async stop(): Promise<void> {
    const servers = [...this.#open]
    this.#open.clear()
    await Promise.all(
      servers.map((server) => {
        server.closeAllConnections()
        return new Promise((resolve) => server.close(resolve))
      }),
    )
  }
}
