/** One member of a name, as it is written. */
export interface WrittenAttribute {
  /** Object identifier. */
  readonly type: string
  /** Its value: text, or as it is encoded. */
  readonly value: string | Buffer
}

/** Names of types, in lower case. @see RFC 4514 §3, RFC 4519 §2, RFC 2985 §5.2.1 */
const TYPES: Readonly<Record<string, string>> = {
  cn: '2.5.4.3',
  sn: '2.5.4.4',
  serialnumber: '2.5.4.5',
  c: '2.5.4.6',
  l: '2.5.4.7',
  st: '2.5.4.8',
  street: '2.5.4.9',
  o: '2.5.4.10',
  ou: '2.5.4.11',
  title: '2.5.4.12',
  businesscategory: '2.5.4.15',
  givenname: '2.5.4.42',
  organizationidentifier: '2.5.4.97',
  uid: '0.9.2342.19200300.100.1.1',
  dc: '0.9.2342.19200300.100.1.25',
  emailaddress: '1.2.840.113549.1.9.1',
  jurisdictioncountryname: '1.3.6.1.4.1.311.60.2.1.3',
}
const OBJECT_IDENTIFIER = /^[0-9]+(?:\.[0-9]+)+$/
const HEX = /^[0-9a-f]+$/i
const SPECIAL = ' "#+,;<=>\\'
const MUST_BE_ESCAPED = '"+,;<>\0'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a distinguished name.
 * @returns its relative names, the most specific first as they are written; `undefined` when it is none
 * @see RFC 4514 §3
 */
export function parseDistinguishedName(text: string): WrittenAttribute[][] | undefined {
  const names: WrittenAttribute[][] = []
  for (const relative of split(text, ',')) {
    const attributes = split(relative, '+').map(parseAttribute)
    if (attributes.includes(undefined)) return undefined
    names.push(attributes.filter((attribute) => attribute !== undefined))
  }
  return names
}

/** Parts between separators that are not escaped. */
function split(text: string, separator: ',' | '+'): string[] {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === separator) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}

function parseAttribute(text: string): WrittenAttribute | undefined {
  const equals = text.indexOf('=')
  const name = text.slice(0, Math.max(equals, 0)).trim().toLowerCase()
  const type = OBJECT_IDENTIFIER.test(name) ? name : Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
  const written = text.slice(equals + 1).trimStart()
  const value = written.startsWith('#') ? encoded(written.slice(1).trimEnd()) : unescaped(written)
  return type === undefined || value === undefined ? undefined : { type, value }
}

/** @see RFC 4514 §2.4 */
const encoded = (hex: string): Buffer | undefined =>
  hex.length % 2 === 0 && HEX.test(hex) ? Buffer.from(hex, 'hex') : undefined

/** Spaces at the end count where they are escaped. @see RFC 4514 §2.4, §3 */
function unescaped(text: string): string | undefined {
  const parts: Buffer[] = []
  let kept = 0
  for (let at = 0; at < text.length; ) {
    const part = text[at] === '\\' ? escapedAt(text, at + 1) : plainAt(text, at)
    if (part === undefined) return undefined
    parts.push(part.bytes)
    at = part.end
    if (part.counts) kept = parts.length
  }
  try {
    return utf8.decode(Buffer.concat(parts.slice(0, kept)))
  } catch {
    return undefined
  }
}

interface Part {
  bytes: Buffer
  end: number
  counts: boolean
}

function escapedAt(text: string, at: number): Part | undefined {
  const pair = text.slice(at, at + 2)
  if (pair.length === 2 && HEX.test(pair))
    return { bytes: Buffer.from(pair, 'hex'), end: at + 2, counts: true }
  const [character = ''] = pair
  const isSpecial = character !== '' && SPECIAL.includes(character)
  return isSpecial ? { bytes: Buffer.from(character), end: at + 1, counts: true } : undefined
}

function plainAt(text: string, at: number): Part | undefined {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  if (MUST_BE_ESCAPED.includes(character)) return undefined
  return { bytes: Buffer.from(character), end: at + character.length, counts: character !== ' ' }
}
