import { isEmailAddress } from '../../helpers/email_address.ts'
import { clientJwksProblem } from '../../helpers/jose/client_jwks.ts'
import { normalizeResponseType } from '../../helpers/response_type.ts'
import { MAX_URI_LENGTH, parseStrictUri } from '../../helpers/uri/strict_uri.ts'
import type { MetadataType, ReadyRow } from './descriptor.ts'
import { quoted, refuse } from './refuse.ts'

/** Longest text, unless the row says otherwise. */
const MAX_LENGTH = 4096
/** Most entries of a list. */
const MAX_ENTRIES = 1000

const VSCHAR = /^[\x20-\x7e]+$/
const SCOPE_TOKENS = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/

type Reader = (value: unknown, row: ReadyRow) => unknown

/** One reader per type: returns the value to keep, frozen, or refuses it by name. */
const READERS: Readonly<Record<MetadataType, Reader>> = {
  string: readString,
  vschar: (value, row) => matching(readString(value, row), VSCHAR, row, 'must only contain printable ASCII'),
  scope: (value, row) => {
    const problem = 'must be scope values separated by single spaces'
    const scope = matching(readString(value, row), SCOPE_TOKENS, row, problem)
    for (const word of scope.split(' ')) requireAllowed(word, row)
    return scope
  },
  webUri: (value, row) => requireUri(readString(value, row), row, ['https', 'http']),
  httpsUri: (value, row) => requireUri(readString(value, row), row, ['https']),
  boolean: (value, row) => (typeof value === 'boolean' ? value : refuse(row.name, 'must be a boolean')),
  number: (value, row) =>
    Number.isSafeInteger(value) && Number(value) >= 0
      ? value
      : refuse(row.name, 'must be a whole number, 0 or above'),
  strings: (value, row) => readList(value, row, (entry) => requireAllowed(entry, row)),
  emails: (value, row) =>
    readList(value, row, (entry) =>
      isEmailAddress(entry) ? entry : refuse(row.name, 'must only contain e-mail addresses'),
    ),
  webUris: (value, row) => readList(value, row, (entry) => requireUri(entry, row, ['https', 'http'])),
  httpsUris: (value, row) => readList(value, row, (entry) => requireUri(entry, row, ['https'])),
  responseTypes: (value, row) =>
    readList(value, row, (entry) => requireAllowed(normalizeResponseType(entry), row)),
  jwks: readJwks,
}

/**
 * Reads one property's value.
 * @throws InvalidClientMetadata, InvalidRedirectUri naming the property and saying what is allowed
 */
export function readValue(value: unknown, row: ReadyRow): unknown {
  return READERS[row.type](value, row)
}

function readString(value: unknown, row: ReadyRow): string {
  if (typeof value !== 'string' || value === '') refuse(row.name, 'must be a non-empty string if provided')
  const longest = row.maxLength ?? MAX_LENGTH
  if (value.length > longest) refuse(row.name, `must be at most ${longest} characters long`)
  return row.type === 'string' ? requireAllowed(value, row) : value
}

function readList(value: unknown, row: ReadyRow, read: (entry: string) => string): readonly string[] {
  if (!Array.isArray(value)) refuse(row.name, 'must be an array')
  if (value.length > MAX_ENTRIES) refuse(row.name, `must have at most ${MAX_ENTRIES} entries`)
  const longest = row.maxLength ?? MAX_URI_LENGTH
  const entries = new Set<string>()
  for (const entry of value) {
    if (typeof entry !== 'string' || entry === '') refuse(row.name, 'must only contain non-empty strings')
    if (entry.length > longest) refuse(row.name, `must only contain strings of at most ${longest} characters`)
    entries.add(read(entry))
  }
  return Object.freeze([...entries])
}

function requireAllowed(value: string, row: ReadyRow): string {
  if (row.allowed === undefined || row.allowed.has(value)) return value
  const list = row.allowed.size === 0 ? 'nothing in this configuration' : quoted(row.allowed)
  const isList = row.type !== 'string'
  return refuse(row.name, isList ? `can only contain ${list}` : `must be one of ${list}`)
}

function matching(value: string, pattern: RegExp, row: ReadyRow, problem: string): string {
  return pattern.test(value) ? value : refuse(row.name, problem)
}

function requireUri(value: string, row: ReadyRow, schemes: readonly string[]): string {
  const uri = parseStrictUri(value)
  if (uri !== undefined && schemes.includes(uri.scheme)) return value
  const isList = row.type.endsWith('s')
  return refuse(
    row.name,
    `must ${isList ? 'only contain' : 'be a'} ${schemes.join(' or ')} URI${isList ? 's' : ''}`,
  )
}

function readJwks(value: unknown, row: ReadyRow): unknown {
  const problem = clientJwksProblem(value)
  if (problem !== undefined) refuse(row.name, problem)
  return deepFreeze(structuredClone(value))
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}
