import { createInterface, type Interface } from 'node:readline/promises'
import { CannotStart, messageOf } from './cannot_start.ts'

/** Asks somebody who types; where nobody does, everything is as it would be without an answer. */
export class Conversation {
  readonly #console: Interface
  readonly #lines: AsyncIterator<string>

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.#console = createInterface({
      input,
      output,
      terminal: input.isTTY === true && output.isTTY === true,
    })
    // Lines that arrive before they are asked for, as from a pipe, wait here.
    this.#lines = this.#console[Symbol.asyncIterator]()
  }

  /**
   * Asks until the answer can be read.
   * @param fallback what an empty answer means
   * @param read makes something of the answer, or throws what is wrong with it
   */
  async ask<T>(question: string, fallback: string, read: (answer: string) => T): Promise<T> {
    this.#console.setPrompt(`${question}${fallback === '' ? '' : ` [${fallback}]`} `)
    for (;;) {
      this.#console.prompt()
      const { done, value } = await this.#lines.next()
      try {
        return read(done === true || value.trim() === '' ? fallback : value.trim())
      } catch (error) {
        if (done === true) throw new CannotStart(messageOf(error))
        this.tell(`  ${messageOf(error)}\n`)
      }
    }
  }

  tell(text: string): void {
    process.stdout.write(text)
  }

  end(): void {
    this.#console.close()
  }
}
