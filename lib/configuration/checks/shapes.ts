import { types } from 'node:util'

type OptionObject = Readonly<Record<string, unknown>>

/** Anything that can hold options: not `null`, not an array. */
export function isOptionObject(value: unknown): value is OptionObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What stands at a path such as `formats.customizers`; `undefined` where something on the way holds no options. */
export function memberAt(options: object, path: string): unknown {
  let value: unknown = options
  for (const name of path.split('.')) value = isOptionObject(value) ? value[name] : undefined
  return value
}

export function readObject(option: string, value: unknown): OptionObject {
  if (!isOptionObject(value)) throw new TypeError(`${option} must be an object`)
  return value
}

export function checkObject(option: string, value: unknown): void {
  readObject(option, value)
}

export function checkBoolean(option: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new TypeError(`${option} must be true or false`)
}

export function checkFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${option} must be a function`)
}

/** Recognises what was compiled as async; a function that returns a promise shows when it is called. */
export function checkSyncFunction(option: string, value: unknown): void {
  checkFunction(option, value)
  if (types.isAsyncFunction(value) || types.isGeneratorFunction(value)) {
    throw new TypeError(`${option} must be a synchronous function: it must return a value, not a promise`)
  }
}

export function checkBooleanOrFunction(option: string, value: unknown): void {
  if (typeof value !== 'boolean' && typeof value !== 'function') {
    throw new TypeError(`${option} must be true, false or a function`)
  }
}

/** Seconds that may be none at all. */
export function checkTolerance(option: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new TypeError(`${option} must be a number of seconds, 0 or more`)
  }
}

/** The longest delay a timer can have, about 24 days. */
const LONGEST_TIMER = 2 ** 31 / 1000

/** Seconds until something is given up. */
export function checkDeadline(option: string, value: unknown): void {
  if (typeof value !== 'number' || !(value > 0) || value >= LONGEST_TIMER) {
    throw new TypeError(`${option} must be a number of seconds, above 0 and below 24 days`)
  }
}

/** A count that is at least `least`. */
export function checkWholeNumber(option: string, value: unknown, least: number): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw new TypeError(`${option} must be a whole number, at least ${least}`)
  }
}

/** An Array or a Set of words; anything else that can be iterated, such as a string, is a mistake. */
export function readNames(option: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) && !types.isSet(value)) throw new TypeError(`${option} must be an Array or a Set`)
  const names: string[] = []
  for (const name of value) {
    if (typeof name !== 'string' || name === '') {
      throw new TypeError(`${option} must contain non-empty strings only`)
    }
    names.push(name)
  }
  return names
}

/** An Array or a Set of some of `choices`, without repetition. */
export function readChoices<Choice extends string>(
  option: string,
  value: unknown,
  choices: readonly Choice[],
): readonly Choice[] {
  const chosen = new Set<Choice>()
  for (const name of readNames(option, value)) {
    const choice = choices.find((known) => known === name)
    if (choice === undefined) {
      throw new TypeError(`${option} must not contain '${name}', only ${choices.join(', ')}`)
    }
    chosen.add(choice)
  }
  return [...chosen]
}

/** As {@link readChoices}, and not empty. */
export function readSomeChoices<Choice extends string>(
  option: string,
  value: unknown,
  choices: readonly Choice[],
): readonly Choice[] {
  const chosen = readChoices(option, value, choices)
  if (chosen.length === 0) throw new TypeError(`${option} must contain at least one of ${choices.join(', ')}`)
  return chosen
}
