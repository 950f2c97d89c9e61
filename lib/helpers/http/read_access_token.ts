import { InvalidRequest, InvalidToken } from '../errors.ts'
import { PRESENTED } from '../reasons/presented_token_reasons.ts'

export interface AccessTokenCarriers {
  authorization: string
  body: Readonly<Record<string, unknown>> | undefined
  query: Readonly<Record<string, unknown>>
}

export interface PresentedToken {
  token: string
  /** How it was presented; only a header can say `DPoP`. */
  scheme: 'bearer' | 'dpop'
}

/** RFC 6750 §2.1: b64token */
const HEADER = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*)$/i

/** No credentials were sent at all, so no error code is answered. @see RFC 6750 §3.1 */
export class NoAccessToken extends InvalidToken {
  constructor() {
    super('no access token was sent')
    this.because(PRESENTED.missing)
  }
}

function fromHeader(authorization: string, acceptDPoP: boolean): PresentedToken | undefined {
  if (authorization === '') return undefined
  const [, scheme = '', token = ''] = HEADER.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return { token, scheme: 'bearer' }
  if (scheme.toLowerCase() === 'dpop' && acceptDPoP) return { token, scheme: 'dpop' }
  throw new InvalidRequest('invalid authorization header value format').because(PRESENTED.header_malformed)
}

function fromField(fields: Readonly<Record<string, unknown>>, where: string): PresentedToken | undefined {
  if (!Object.hasOwn(fields, 'access_token')) return undefined
  const token = fields['access_token']
  if (typeof token === 'string' && token !== '') return { token, scheme: 'bearer' }
  throw new InvalidRequest(`access_token in the ${where} must be sent once and not be empty`).because(
    PRESENTED.field_malformed,
    { seen: [`access_token in the ${where}`] },
  )
}

/**
 * Reads the access token of a request to a protected resource.
 * @throws NoAccessToken, InvalidRequest
 * @see RFC 6750 §2 (the three ways, one at a time)
 */
export function readAccessToken(
  { authorization, body, query }: AccessTokenCarriers,
  accept: { acceptDPoP: boolean; acceptQueryParam: boolean },
): PresentedToken {
  const inQuery = fromField(query, 'query')
  if (inQuery !== undefined && !accept.acceptQueryParam) {
    throw new InvalidRequest('access tokens must not be provided via query parameter').because(
      PRESENTED.in_query,
    )
  }
  const presented = [
    fromHeader(authorization, accept.acceptDPoP),
    body === undefined ? undefined : fromField(body, 'body'),
    inQuery,
  ].filter((token) => token !== undefined)
  const [first, ...others] = presented
  if (first === undefined) throw new NoAccessToken()
  if (others.length > 0)
    throw new InvalidRequest('access token must only be provided using one mechanism').because(
      PRESENTED.several,
    )
  return first
}
