import { AsyncResource, createHook, executionAsyncId } from 'node:async_hooks'
import type { RequestListener } from 'node:http'
import type { Provider } from '../../lib/index.ts'

/** Counts the promises that answering a request makes; what a client in the same process does is left out. */
export class PromiseCounter {
  /** Whatever descends from a request. */
  readonly #belongs = new Set<number>()
  #promises = 0

  readonly #hook = createHook({
    init: (id, type) => {
      if (!this.#belongs.has(executionAsyncId())) return
      this.#belongs.add(id)
      if (type === 'PROMISE') this.#promises += 1
    },
  })

  /** Puts a provider where its requests are counted; the `host` of `startProvider`. */
  readonly host = (provider: Provider): RequestListener => {
    const serve = provider.callback()
    return (req, res) => {
      const request = new AsyncResource('request')
      this.#belongs.add(request.asyncId())
      request.runInAsyncScope(() => void serve(req, res))
    }
  }

  /** @returns what `run` gives, and how many promises the requests of it made */
  async count<Result>(run: () => Promise<Result>): Promise<{ result: Result; promises: number }> {
    this.#promises = 0
    this.#hook.enable()
    try {
      const result = await run()
      await new Promise(setImmediate)
      return { result, promises: this.#promises }
    } finally {
      this.#hook.disable()
    }
  }
}
