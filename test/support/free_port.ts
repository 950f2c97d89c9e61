import { createServer } from 'node:net'

/** Systems give ports above to whoever asks for any: one of those may be taken before the program that is told of it starts. */
const [FIRST, COUNT] = [10_000, 20_000]

/** Every process begins elsewhere, so that tests of several do not meet. */
let next = (process.pid * 101) % COUNT

/** @returns whether nobody listens there, on any address */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, () => server.close(() => resolve(true)))
  })

/** A port that nobody listens at, for a program that is about to be started. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + next
    next = (next + 1) % COUNT
    if (await isFree(port)) return port
  }
}
