import { Worker } from 'node:worker_threads'

const THREAD = `
const { parentPort } = require('node:worker_threads')
const clock = new Int32Array(new SharedArrayBuffer(4))
parentPort.on('message', ({ pid, wait }) => {
  Atomics.wait(clock, 0, 0, wait)
  process.kill(pid, 'SIGKILL')
})`

/**
 * Kills processes from a thread of its own: the one that plays the clients is busy at just the moments when much is under
 * way, and would strike at others.
 */
export class Killer {
  readonly #thread = new Worker(THREAD, { eval: true })

  /** @param wait milliseconds */
  strike(pid: number, wait: number): void {
    this.#thread.postMessage({ pid, wait })
  }

  async stop(): Promise<void> {
    await this.#thread.terminate()
  }
}
