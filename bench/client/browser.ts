import { ISSUER, REDIRECT_URI } from '../server/setup.ts'
import { codeIn, locationOf } from './check.ts'
import type { Answer, Connection } from './connection.ts'
import { authorization, get } from './requests.ts'

/** Keeps cookies without looking at their paths, and follows redirects up to the client. */
export class Browser {
  readonly #connection: Connection
  readonly #cookies = new Map<string, string>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Authorizes a client, through the screens where they are shown. @returns the code */
  async authorize(client: string): Promise<string> {
    let answer = await this.#send(authorization(client, this.cookie))
    while (!locationOf(answer).startsWith(REDIRECT_URI)) {
      const { pathname, search } = new URL(locationOf(answer), ISSUER)
      answer = await this.#send(get(`${pathname}${search}`, `Cookie: ${this.cookie}\r\n`))
    }
    return codeIn(answer)
  }

  async #send(request: string): Promise<Answer> {
    const answer = await this.#connection.request(request)
    for (const [, name = '', value = '', attributes = ''] of answer.head.matchAll(
      /^set-cookie: ([^=]+)=([^;\r]*)(.*)$/gim,
    )) {
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(attributes)) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return answer
  }
}
