import { once } from 'node:events'
import { createServer, type Server, type Socket, connect as toServer } from 'node:net'

const running = new Set<{ server: Server; proxy: RedisProxy }>()

export async function stopProxies(): Promise<void> {
  const started = [...running]
  running.clear()
  await Promise.all(
    started.map(({ server, proxy }) => {
      const closed = once(server, 'close')
      server.close()
      proxy.disconnect()
      return closed
    }),
  )
}

/** A network between client and Redis that may lose what Redis answers. */
export class RedisProxy {
  readonly port: number
  readonly #sockets = new Set<Socket>()
  #cut: (() => void) | undefined

  constructor(port: number) {
    this.port = port
  }

  static async start(target: number): Promise<RedisProxy> {
    let proxy: RedisProxy | undefined
    const server = createServer((client) => proxy?.accept(client, toServer(target, '127.0.0.1')))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no address')
    proxy = new RedisProxy(address.port)
    running.add({ server, proxy })
    return proxy
  }

  accept(client: Socket, redis: Socket): void {
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        this.#sockets.delete(one)
        other.destroy()
      })
    }
    client.on('data', (asked) => redis.write(asked))
    redis.on('data', (answer) => {
      if (this.#cut === undefined) client.write(answer)
      else this.#lose()
    })
  }

  /** The next answer is lost, and every connection with it. Resolves when that has happened. */
  cutAtNextAnswer(): Promise<void> {
    return new Promise((resolve) => {
      this.#cut = resolve
    })
  }

  disconnect(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #lose(): void {
    const told = this.#cut
    this.#cut = undefined
    this.disconnect()
    told?.()
  }
}
