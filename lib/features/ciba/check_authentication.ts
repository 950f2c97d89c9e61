import type { ClaimsParameterMember } from '../../../types/account.ts'
import type { BackchannelResultOptions } from '../../../types/features/ciba.ts'
import type { Client } from '../../clients/client.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import type { BackchannelAuthenticationRequest } from './backchannel_authentication_request.ts'

type Request = BackchannelAuthenticationRequest

/** A claim of the ID Token that the client cannot do without. */
function essential({ claims }: Request, name: string): ClaimsParameterMember | undefined {
  const asked = claims?.id_token?.[name]
  return asked?.essential === true ? asked : undefined
}

/** @see OpenID Connect Core 1.0 §5.5.1.1 */
function checkAcr(request: Request, acr: string | undefined): void {
  const { value, values } = essential(request, 'acr') ?? {}
  const isOne = (value === undefined || value === acr) && (!Array.isArray(values) || values.includes(acr))
  if (isOne) return
  const wanted = Array.isArray(values) ? values.join(' or ') : String(value)
  throw new Error(
    `the request cannot do without acr ${wanted}, and it is ${acr}: end it with errors.AccessDenied where the person cannot authenticate so`,
  )
}

/** Seconds; what was sent was read when the request came. */
function maxAgeOf({ params }: Request, { defaultMaxAge }: Client): number | undefined {
  const sent = params?.['max_age']
  return sent === undefined ? defaultMaxAge : Number(sent)
}

/** Whoever has authenticated since they were asked did so in time. @see OpenID Connect Core 1.0 §2, §3.1.2.1 */
function checkAuthTime(request: Request, client: Client, authTime: number | undefined): void {
  if (authTime === undefined) {
    if (essential(request, 'auth_time') === undefined) return
    throw new Error('authTime is missing: the client asks when the person has authenticated')
  }
  const maxAge = maxAgeOf(request, client)
  if (maxAge === undefined || authTime >= (request.iat ?? 0) || epochTime() - authTime <= maxAge) return
  throw new Error(
    `authTime is longer ago than the ${maxAge} seconds that the client allows: authenticate again`,
  )
}

/**
 * Compares how the person has authenticated with what the client asked for.
 * @throws Error when it is less
 */
export function checkAuthentication(
  request: Request,
  client: Client,
  { acr, authTime }: BackchannelResultOptions,
): void {
  checkAcr(request, acr)
  checkAuthTime(request, client, authTime)
}
