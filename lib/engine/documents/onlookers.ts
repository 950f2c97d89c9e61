import type Koa from 'koa'
import type { Context } from 'koa'

/** Middleware of the host, which may look at an answer before it is sent, and change it. */
export class Onlookers {
  readonly #app: Koa
  readonly #own: number

  /** @param own how many middleware of the application are the provider's */
  constructor(app: Koa, own: number) {
    this.#app = app
    this.#own = own
  }

  /** Whether any are around this request: then its answer has to stay an object. */
  surround({ app }: Pick<Context, 'app'>): boolean {
    return app !== this.#app || app.middleware.length > this.#own
  }
}
