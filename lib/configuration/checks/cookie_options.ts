import type { CookieOptions } from '../../../types/configuration.ts'

/** @see RFC 6265 §4.1.1; a leading dot is ignored by browsers (§5.2.3) */
const DOMAIN = /^\.?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i
/** Any character but controls and `;`. @see RFC 6265 §4.1.1 */
const PATH = /^[ -:<-~]*$/
const SAME_SITE = ['strict', 'lax', 'none']
const PRIORITY = ['low', 'medium', 'high']

type Check = readonly [holds: (value: unknown) => boolean, text: string]

const isText = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value)
const isBoolean = (value: unknown) => typeof value === 'boolean'
const isOneOf = (choices: readonly string[]) => (value: unknown) =>
  typeof value === 'string' && choices.includes(value.toLowerCase())
const isSameSite = isOneOf(SAME_SITE)
const BOOLEAN: Check = [isBoolean, 'true or false']

const CHECKS: Readonly<Record<string, Check>> = {
  domain: [isText(DOMAIN), 'the name of a host'],
  httpOnly: BOOLEAN,
  overwrite: BOOLEAN,
  partitioned: BOOLEAN,
  path: [isText(PATH), "a path without ';'"],
  priority: [isOneOf(PRIORITY), `one of ${PRIORITY.join(', ')}`],
  sameSite: [
    (value) => isBoolean(value) || isSameSite(value),
    `true, false or one of ${SAME_SITE.join(', ')}`,
  ],
  secure: BOOLEAN,
  signed: BOOLEAN,
}
const IN_LOWER_CASE = ['priority', 'sameSite']

/**
 * Options of cookies as they are written. What JavaScript hosts leave out by `null` or an empty text is left out.
 * @param option where they stand in the configuration
 * @throws TypeError, before a browser ignores what it does not understand
 * @see RFC 6265bis §4.1
 */
export function readCookieOptions(option: string, given: CookieOptions): CookieOptions
export function readCookieOptions(option: string, given: object): object {
  const read: Record<string, unknown> = { ...given }
  for (const [name, [holds, text]] of Object.entries(CHECKS)) {
    const value = read[name]
    if (value === undefined || value === null || value === '') delete read[name]
    else if (!holds(value)) throw new TypeError(`${option}.${name} must be ${text}`)
    else if (typeof value === 'string' && IN_LOWER_CASE.includes(name)) read[name] = value.toLowerCase()
  }
  return read
}
