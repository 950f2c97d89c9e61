import type { CallbackParamsType } from '../../../types/relying_party/parameters.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { RPError } from '../errors.ts'

/** What a request of a browser has, whatever framework brings it. */
export interface CallbackRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly body?: unknown
}

const PARAMETERS = [
  'access_token',
  'code',
  'error',
  'error_description',
  'error_uri',
  'expires_in',
  'id_token',
  'iss',
  'response',
  'scope',
  'session_state',
  'state',
  'token_type',
] as const satisfies readonly (keyof CallbackParamsType)[]

/** All values of a parameter. */
type Values = (name: string) => readonly unknown[]

/** @throws RPError for what comes twice: two readers would read it differently (RFC 6749 §3.1) */
function recognized(all: Values): CallbackParamsType {
  const found: CallbackParamsType = {}
  for (const name of PARAMETERS) {
    const [value, ...others] = all(name)
    if (value === undefined) continue
    if (typeof value !== 'string' || others.length > 0)
      throw new RPError(`${name} must be sent once, as text`)
    found[name] = value
  }
  return found
}

const ofQuery =
  (parameters: URLSearchParams): Values =>
  (name) =>
    parameters.getAll(name)

function ofUrl(url: string): Values {
  const [beforeFragment = ''] = url.split('#', 1)
  const at = beforeFragment.indexOf('?')
  return ofQuery(new URLSearchParams(at === -1 ? '' : beforeFragment.slice(at + 1)))
}

function ofBody(body: unknown): Values {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return ofQuery(new URLSearchParams(body.toString()))
  if (!isRecord(body))
    throw new TypeError('incoming message body missing, include a body parser prior to this method call')
  return (name) => {
    const value = Object.hasOwn(body, name) ? body[name] : undefined
    return Array.isArray(value) ? value : [value]
  }
}

/** @throws TypeError */
function valuesOf(input: string | CallbackRequest): Values {
  if (typeof input === 'string') return ofUrl(input)
  if (typeof input !== 'object' || input === null)
    throw new TypeError('#callbackParams only accepts string urls, http.IncomingMessage or a lookalike')
  // RFC 9110 §9.3.2: what asks for the headers alone is otherwise the same.
  if (input.method === 'GET' || input.method === 'HEAD') return ofUrl(input.url ?? '')
  if (input.method === 'POST') return ofBody(input.body)
  throw new TypeError('invalid IncomingMessage method')
}

/**
 * The parameters of an authorization response.
 * @throws TypeError for what is no response, RPError for one that is ambiguous
 * @see RFC 6749 §4.1.2, OAuth 2.0 Form Post Response Mode §2
 */
export const callbackParams = (input: string | CallbackRequest): CallbackParamsType =>
  recognized(valuesOf(input))

/** Who wants to log in, as a third party says; what is ambiguous says nothing. @see OpenID Connect Core 1.0 §4 */
export function loginHint(request: CallbackRequest): string | undefined {
  const [hint, ...others] = valuesOf(request)('login_hint')
  return typeof hint === 'string' && others.length === 0 ? hint : undefined
}
