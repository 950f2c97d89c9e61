import type { CookieOptions } from '../../../types/configuration.ts'

/** What a value may be made of. @see RFC 6265 §4.1.1 */
const VALUE = /^[!#-+\--:<-[\]-~]*$/
const PARTS = /^[^;\p{Cc}]*/u

const HOST_ONLY = /^__Host-/i

/** What is set; the options of a host where they are about the cookie itself. */
export interface CookieAttributes
  extends Pick<
    CookieOptions,
    'domain' | 'expires' | 'httpOnly' | 'partitioned' | 'path' | 'priority' | 'sameSite' | 'secure'
  > {}

/** Without anything that would end the attribute. */
const textOf = (value: string) => PARTS.exec(value)?.[0] ?? ''

function attributesOf(attributes: CookieAttributes): string {
  const { path = '/', expires, domain, priority, sameSite, secure, httpOnly = true, partitioned } = attributes
  let text = `; path=${textOf(path)}`
  if (expires !== undefined) text += `; expires=${expires.toUTCString()}`
  if (domain !== undefined) text += `; domain=${textOf(domain)}`
  if (priority !== undefined) text += `; priority=${priority}`
  if (sameSite) text += `; samesite=${sameSite === true ? 'strict' : sameSite}`
  if (secure) text += '; secure'
  if (httpOnly) text += '; httponly'
  if (partitioned) text += '; partitioned'
  return text
}

/** @throws TypeError where browsers would drop the cookie, and nobody would know why. @see RFC 6265bis §4.1.3.2 */
function checkHostOnly(name: string, { path = '/', domain }: CookieAttributes): void {
  if (path === '/' && domain === undefined) return
  const where = domain === undefined ? `the path ${path}` : 'a domain'
  throw new TypeError(`the cookie ${name} cannot have ${where}: give it a name that starts with __Secure-`)
}

/**
 * The values of `Set-Cookie` for a cookie, and for its signature where it is signed.
 * @throws TypeError when a cookie cannot hold the value, or cannot be there by its name
 * @see RFC 6265 §4.1
 */
export function setCookie(
  name: string,
  value: string,
  attributes: CookieAttributes,
  sign?: (pair: string) => string,
): string[] {
  if (!VALUE.test(value)) throw new TypeError(`the cookie ${name} cannot hold this value`)
  if (HOST_ONLY.test(name)) checkHostOnly(name, attributes)
  const pair = `${name}=${value}`
  const written = attributesOf(attributes)
  const cookie = pair + written
  return sign === undefined ? [cookie] : [cookie, `${name}.sig=${sign(pair)}${written}`]
}
