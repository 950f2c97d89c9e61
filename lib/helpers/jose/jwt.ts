import type { KeyObject } from 'node:crypto'
import { CompactSign, decodeProtectedHeader, errors } from 'jose'
import { SIGNATURE } from '../diagnostics/channels.ts'
import { traced } from '../diagnostics/traced.ts'
import { tracedCheckSync } from '../diagnostics/traced_check.ts'
import { isRecord } from '../is_record.ts'
import { parseStrictJson } from '../strict_json.ts'
import { readJoseHeader } from './compact_jose.ts'
import { signWithKey } from './sign_with_key.ts'
import { SigningFailed } from './signing_failed.ts'
import { verifyMac } from './verify_mac.ts'
import { verifyWithKey } from './verify_with_key.ts'

export type JsonObject = Record<string, unknown>

export interface DecodedJwt {
  header: JsonObject
  payload: JsonObject
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export interface SigningKey {
  readonly alg: string
  readonly kid?: string | undefined
  readonly typ?: string | undefined
  readonly key: KeyObject | Uint8Array
  /** Further header members. */
  readonly header?: JsonObject
}

/** What is asked for cannot be done, now or later: a mistake, not an outage. */
const isMistake = (cause: unknown) => cause instanceof TypeError || cause instanceof errors.JOSEError

/** @throws SigningFailed when a key that fits does not do its work */
export async function signJwt(
  payload: JsonObject,
  { alg, kid, typ, key, header = {} }: SigningKey,
): Promise<string> {
  const protectedHeader = {
    ...header,
    alg,
    ...(typ === undefined ? {} : { typ }),
    ...(kid === undefined ? {} : { kid }),
  }
  // Claims that JSON cannot hold are no fault of the key.
  const claims = Buffer.from(JSON.stringify(payload))
  try {
    if ('type' in key && key.type === 'private') {
      const input = `${encodedHeader(key, protectedHeader)}.${claims.toString('base64url')}`
      return `${input}.${(await signWithKey(alg, key, input)).toString('base64url')}`
    }
    const jws = new CompactSign(claims).setProtectedHeader(protectedHeader)
    return await (SIGNATURE.hasSubscribers ? signTraced(alg, jws, key) : jws.sign(key))
  } catch (cause) {
    throw isMistake(cause) ? cause : new SigningFailed(alg, cause)
  }
}

const MAX_HEADERS = 20
const headersOf = new WeakMap<KeyObject, Map<string, string>>()

/** A key signs under few headers, unless a host makes up more: each is encoded once. */
function encodedHeader(key: KeyObject, header: JsonObject): string {
  const json = JSON.stringify(header)
  const known = headersOf.get(key) ?? new Map<string, string>()
  const kept = known.get(json)
  if (kept !== undefined) return kept
  const encoded = Buffer.from(json).toString('base64url')
  if (known.size < MAX_HEADERS) headersOf.set(key, known.set(json, encoded))
  return encoded
}

const signTraced = (alg: string, jws: CompactSign, key: SigningKey['key']): Promise<string> =>
  traced(SIGNATURE, { operation: 'sign', alg }, () => jws.sign(key))

function parseObject(json: string): JsonObject {
  const value = parseStrictJson(json)
  if (!isRecord(value)) throw new TypeError('not a JSON object')
  return value
}

/** @throws when the header is not a JSON object in base64url */
export function jwtHeader(jwt: string): JsonObject {
  return { ...decodeProtectedHeader(jwt) }
}

/** Reads the claims of a JWT that nobody has verified yet. @throws when they are no JSON object */
export function readJwtPayload(jwt: string): JsonObject {
  const [, payload = ''] = jwt.split('.', 2)
  return parseObject(decodePart(payload))
}

/**
 * Checks the signature of a compact JWT against the one algorithm that the caller chose.
 * @throws when it does not hold or the payload is no JSON object
 * @see RFC 8725 §3.1 – the algorithm is never taken from the token alone
 */
export async function verifyJwt(jwt: string, key: KeyObject | Uint8Array, alg: string): Promise<DecodedJwt> {
  const header = readJoseHeader(jwt, 3)
  if (header.alg !== alg) throw new TypeError(`its alg is not ${alg}`)
  const end = jwt.lastIndexOf('.')
  const input = jwt.slice(0, end)
  const signature = Buffer.from(jwt.slice(end + 1), 'base64url')
  const isValid =
    'type' in key ? await verifyWithKey(alg, key, input, signature) : checkMac(alg, key, input, signature)
  if (!isValid) throw new TypeError('its signature does not hold')
  return { header: { ...header.members }, payload: readJwtPayload(jwt) }
}

function checkMac(alg: string, key: Uint8Array, input: string, mac: Buffer): boolean {
  return SIGNATURE.hasSubscribers ? macTraced(alg, key, input, mac) : verifyMac(alg, key, input, mac)
}

const macTraced: typeof verifyMac = (alg, ...others) => tracedCheckSync(alg, () => verifyMac(alg, ...others))

/** Writes claims down without protection, for storage of our own. @see RFC 7519 §6 */
export function unsecuredJwt(payload: JsonObject): string {
  return `${UNSECURED}.${encodePart(payload)}.`
}

/** Reads an unsecured JWT; the caller has decided that it may be one. @see RFC 7519 §6 */
export function decodeUnsecuredJwt(jwt: string): DecodedJwt {
  const [header = '', payload = '', signature, ...rest] = jwt.split('.')
  if (signature !== '' || rest.length > 0) throw new TypeError('not an unsecured JWT')
  return { header: parseObject(decodePart(header)), payload: parseObject(decodePart(payload)) }
}

const encodePart = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url')
const UNSECURED = encodePart({ alg: 'none' })
const decodePart = (part: string) => decoder.decode(Buffer.from(part, 'base64url'))
