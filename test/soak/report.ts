/** What a long run has found, line by line. */
export class Report {
  readonly #lines: string[] = []
  readonly #broken: string[] = []

  heading(text: string): void {
    this.#say(`\n## ${text}\n`)
  }

  /** A figure that promises nothing. */
  note(text: string): void {
    this.#say(`- ${text}`)
  }

  /** A promise, and what it was measured by. */
  promise(holds: boolean, text: string): void {
    this.#say(`- ${holds ? 'ok' : 'BROKEN'}: ${text}`)
    if (!holds) this.#broken.push(text)
  }

  #say(line: string): void {
    this.#lines.push(line)
    process.stdout.write(`${line}\n`)
  }

  get broken(): readonly string[] {
    return this.#broken
  }
}

export const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`
