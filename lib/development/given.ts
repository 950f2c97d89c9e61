import { isRecord } from '../helpers/is_record.ts'
import { nearest } from '../helpers/nearest.ts'

/** What somebody sent who asks for something: every reader names what is missing. */
export class Given {
  readonly #members: Readonly<Record<string, unknown>>

  constructor(members: Readonly<Record<string, unknown>>) {
    this.#members = members
  }

  /** @throws TypeError */
  text(name: string): string {
    const value = this.#members[name]
    if (typeof value !== 'string') throw new TypeError(`${name} must be text`)
    return value
  }

  optionalText(name: string): string | undefined {
    return this.#members[name] === undefined ? undefined : this.text(name)
  }

  /** @throws TypeError */
  number(name: string): number {
    const value = this.#members[name]
    if (typeof value !== 'number') throw new TypeError(`${name} must be a number`)
    return value
  }

  optionalNumber(name: string): number | undefined {
    return this.#members[name] === undefined ? undefined : this.number(name)
  }

  optionalObject(name: string): Record<string, unknown> | undefined {
    const value = this.#members[name]
    if (value === undefined || isRecord(value)) return value
    throw new TypeError(`${name} must be an object`)
  }

  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const value = this.#members[name]
    const chosen = choices.find((choice) => choice === value)
    if (chosen === undefined) throw new TypeError(`${name} must be one of: ${choices.join(', ')}`)
    return chosen
  }
}

/**
 * Refuses what is misspelt: a test that sets what nothing reads would pass for no reason.
 * @param what whose members they are
 * @throws TypeError
 */
export function refuseUnknown(what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const meant = nearest(unknown, known)
  const remedy = meant === undefined ? `but ${known.join(', ')}` : `did you mean ${meant}?`
  throw new TypeError(`${what} does not know ${unknown}, ${remedy}`)
}
