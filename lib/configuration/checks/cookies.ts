import type { CookieNames, CookieOptions, CookiesConfiguration } from '../../../types/configuration.ts'
import { DEFAULTS } from '../defaults.ts'
import { definedMembers } from '../defined_members.ts'
import { HTTP_COOKIE_NOTICE } from '../notices.ts'
import type { Resolved, ResolvedCookies } from '../resolved_configuration.ts'
import { readCookieOptions } from './cookie_options.ts'
import { checkObject } from './shapes.ts'

/** A cookie name is a token. @see RFC 6265 §4.1.1, RFC 9110 §5.6.2 */
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export const isCookieName = (name: unknown): boolean => typeof name === 'string' && COOKIE_NAME.test(name)

function checkKeys(keys: unknown): void {
  if (Array.isArray(keys)) {
    const isSecret = (key: unknown) =>
      (typeof key === 'string' || key instanceof Uint8Array) && key.length > 0
    if (!keys.every(isSecret))
      throw new TypeError('cookies.keys must contain non-empty strings or Buffers only')
    return
  }
  const isKeygrip =
    typeof keys === 'object' &&
    keys !== null &&
    ['sign', 'verify', 'index'].every((name) => typeof Reflect.get(keys, name) === 'function')
  if (!isKeygrip) throw new TypeError('cookies.keys must be an Array of secrets or a Keygrip instance')
}

function readNames(given: CookieNames | undefined): Resolved<Omit<CookieNames, 'state'>> {
  if (given !== undefined) checkObject('cookies.names', given)
  const names = Object.assign({ ...DEFAULTS.cookies.names }, definedMembers(given))
  for (const [option, name] of Object.entries(names)) {
    if (!isCookieName(name)) {
      throw new TypeError(`cookies.names.${option} must be a cookie name: letters, digits and some signs`)
    }
  }
  const { interaction, resume, session } = names
  if (new Set([interaction, resume, session]).size < 3) {
    throw new TypeError('cookies.names must give each cookie a name of its own')
  }
  return Object.freeze(names)
}

function readOptions(
  name: 'long' | 'short',
  given: CookieOptions | undefined,
  haveKeys: boolean,
): ResolvedCookies['long'] {
  if (given !== undefined) checkObject(`cookies.${name}`, given)
  // How long a cookie lives is decided by ttl.Session and ttl.Interaction.
  const {
    maxAge: _maxAge,
    expires: _expires,
    ...options
  } = readCookieOptions(`cookies.${name}`, {
    ...DEFAULTS.cookies[name],
    signed: haveKeys,
    ...definedMembers(given),
  })
  if (options.signed && !haveKeys) {
    throw new TypeError(`cookies.${name}.signed needs cookies.keys; configure them with secrets of your own`)
  }
  return Object.freeze(options)
}

/**
 * Reads `cookies`.
 * @throws TypeError
 * @see RFC 6265 §4.1
 */
export function readCookies(given: CookiesConfiguration = {}): ResolvedCookies {
  checkObject('cookies', given)
  const keys = given.keys ?? DEFAULTS.cookies.keys
  checkKeys(keys)
  const haveKeys = !('length' in keys) || keys.length > 0
  return Object.freeze({
    keys: 'length' in keys ? Object.freeze([...keys]) : keys,
    long: readOptions('long', given.long, haveKeys),
    names: readNames(given.names),
    short: readOptions('short', given.short, haveKeys),
  })
}

/** Browsers take cookies with `sameSite: 'none'` over https only. @see RFC 6265bis §5.7 */
export function cookiesForIssuer(
  cookies: ResolvedCookies,
  issuer: string,
  tell: (notice: string) => void,
): ResolvedCookies {
  if (new URL(issuer).protocol === 'https:' || cookies.long.sameSite !== 'none') return cookies
  tell(HTTP_COOKIE_NOTICE)
  return Object.freeze({ ...cookies, long: Object.freeze({ ...cookies.long, sameSite: 'lax' as const }) })
}
