import { STATUS_CODES } from 'node:http'
import type { HttpResponse } from '../../../types/relying_party/http.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { parseStrictJson } from '../../helpers/strict_json.ts'
import { OPError, type OPErrorParameters } from '../errors.ts'

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The members of an error that are what they have to be. */
export const errorParameters = (said: Readonly<Record<string, unknown>>): OPErrorParameters => ({
  error: text(said['error']),
  error_description: text(said['error_description']),
  error_uri: text(said['error_uri']),
  state: text(said['state']),
  scope: text(said['scope']),
  session_state: text(said['session_state']),
})

/** Name, then the value: quoted, or a token. Quoted text is taken whole, so nothing inside of it is read as a parameter. */
const PARAMETER = /\b([a-z_]{1,32})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([\w!#$%&'*+.^`|~-]+))/gi

/** Parameters of challenges, one after the other. @see RFC 9110 §11.2 */
export const challengeEntries = (header = ''): [name: string, value: string][] =>
  [...header.slice(0, 4096).matchAll(PARAMETER)].map(([, name = '', quoted, token = '']) => [
    name.toLowerCase(),
    quoted?.replaceAll(/\\(.)/g, '$1') ?? token,
  ])

/** The answer with its body as JSON where it is some, otherwise as text. */
export function withParsedBody(response: HttpResponse): HttpResponse {
  const { body } = response
  if (!Buffer.isBuffer(body)) return response
  const written = body.toString('utf8')
  try {
    return { ...response, body: parseStrictJson(written) }
  } catch {
    return { ...response, body: written }
  }
}

/** What the issuer says went wrong: in the body, in a challenge, or nowhere. */
function failureOf(response: HttpResponse, expected: number): OPError {
  const { statusCode, statusMessage, headers, body } = response
  if (isRecord(body) && typeof body['error'] === 'string' && body['error'] !== '')
    return new OPError(errorParameters(body), response)
  // Those of several challenges are taken together (RFC 6750 §3, RFC 9449 §7.1).
  const challenge = Object.fromEntries(challengeEntries(headers['www-authenticate']))
  if (challenge['error'] !== undefined) return new OPError(errorParameters(challenge), response)
  return new OPError(
    `expected ${expected} ${STATUS_CODES[expected] ?? ''}, got: ${statusCode} ${statusMessage}`,
    response,
  )
}

/** @throws OPError for any other status */
export function expectStatus(response: HttpResponse, expected: number): HttpResponse {
  const parsed = withParsedBody(response)
  if (parsed.statusCode !== expected) throw failureOf(parsed, expected)
  return parsed
}

/** The object that an answer has to be. @throws OPError */
export function expectObject(response: HttpResponse, expected = 200): Record<string, unknown> {
  const parsed = expectStatus(response, expected)
  if (!isRecord(parsed.body)) throw new OPError('expected a JSON object in the answer', parsed)
  return parsed.body
}
