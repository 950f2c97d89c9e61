import type { ClaimsParameter } from '../../../types/account.ts'
import type { ProviderError } from '../../../types/errors.ts'
import type {
  BackchannelResultOptions,
  BackchannelAuthenticationRequest as GivenRequest,
} from '../../../types/features/ciba.ts'
import type { Grant as GivenGrant } from '../../../types/models.ts'
import type { Client } from '../../clients/client.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { OIDCProviderError } from '../../helpers/errors.ts'
import { words } from '../../helpers/words.ts'
import { restore } from '../../models/base_model.ts'
import { ALWAYS_GRANTED, Grant } from '../../models/grant.ts'
import { BackchannelAuthenticationRequest } from './backchannel_authentication_request.ts'
import { checkAuthentication } from './check_authentication.ts'

/** How a person answered: a stored grant, its id, or the error that the client is to get. */
export type BackchannelResult = GivenGrant | ProviderError | string

type Request = BackchannelAuthenticationRequest

async function findRequest(rt: Runtime, given: GivenRequest | string): Promise<Request> {
  const { BackchannelAuthenticationRequest: Requests } = rt.models
  if (given instanceof BackchannelAuthenticationRequest) return given
  if (typeof given !== 'string')
    throw new TypeError('request must be a BackchannelAuthenticationRequest or the id of one')
  const found = await Requests.find(given, { ignoreExpiration: true })
  if (found === undefined) throw new Error('the BackchannelAuthenticationRequest was not found')
  return found
}

async function findGrant(rt: Runtime, result: BackchannelResult): Promise<Grant> {
  if (typeof result !== 'string' && !(result instanceof Grant))
    throw new TypeError('result must be a Grant, the id of one, or an OIDCProviderError')
  const grant = typeof result === 'string' ? await rt.models.Grant.find(result) : result
  if (grant === undefined) throw new Error('the Grant was not found')
  if (!grant.isStored) throw new TypeError('the Grant must be stored: call its save() first')
  return grant
}

async function findClient(rt: Runtime, { clientId = '' }: Request): Promise<Client> {
  const client = rt.knownClient(clientId) ?? (await rt.findClient(clientId))
  if (client === undefined) throw new Error('the client of the request was not found')
  return client
}

/** What was asked for and granted, of this provider and of every resource. */
function grantedScope(request: Request, grant: Grant): string {
  const resources = [request.resource ?? []].flat()
  const granted = [grant.getOIDCScope(), ...resources.map((resource) => grant.getResourceScope(resource))]
  const names = new Set(granted.flatMap((scope) => words(scope)))
  return words(request.scope)
    .filter((name) => names.has(name))
    .join(' ')
}

/**
 * What was asked for by name and granted, by name or with a scope; nobody was asked about the rest.
 * @see OpenID Connect Core 1.0 §3.1.2.4, §5.5
 */
function grantedClaims(
  rt: Runtime,
  { claims }: Request,
  grant: Grant,
  scope: string,
): ClaimsParameter | undefined {
  const ofScopes = words(scope).flatMap((name) => rt.configuration.claims.get(name) ?? [])
  const granted = new Set([...ALWAYS_GRANTED, ...ofScopes, ...grant.getOIDCClaims()])
  const kept = (asked: object | undefined) =>
    Object.fromEntries(Object.entries(asked ?? {}).filter(([claim]) => granted.has(claim)))
  return claims && { id_token: kept(claims.id_token), userinfo: kept(claims.userinfo) }
}

/** A grant of somebody else, or for somebody else, must not open anything. */
function checkGrant(request: Request, grant: Grant): void {
  if (grant.clientId !== request.clientId) throw new Error('the Grant is for another client')
  if (grant.accountId !== request.accountId) throw new Error('the Grant is one of another account')
}

function checkOptions({ expiresWithSession, sessionUid }: BackchannelResultOptions): void {
  if (expiresWithSession === true && sessionUid === undefined)
    throw new TypeError('expiresWithSession needs sessionUid: the session that it is to end with')
}

function refuse(request: Request): never {
  throw new Error(
    request.isExpired
      ? 'the BackchannelAuthenticationRequest is expired'
      : 'the BackchannelAuthenticationRequest was decided on already',
  )
}

/** The request as it is once this result counts; the given one stays as it is until then. */
function decide(
  rt: Runtime,
  request: Request,
  result: Grant | OIDCProviderError,
  options: BackchannelResultOptions,
) {
  const { BackchannelAuthenticationRequest: Requests } = rt.models
  const decided = restore(Requests, request.toPayload(), { ignoreExpiration: true })
  if (decided === undefined)
    throw new TypeError('a member of the BackchannelAuthenticationRequest has a wrong type')
  if (result instanceof OIDCProviderError) {
    decided.deny(result.error, result.error_description)
    return { decided, operations: decided.writes() }
  }
  const { acr, amr, authTime, expiresWithSession, sessionUid, sid } = options
  const scope = grantedScope(request, result)
  const { jti: grantId } = result
  const claims = grantedClaims(rt, request, result, scope)
  decided.approve({ acr, amr, authTime, claims, expiresWithSession, grantId, scope, sessionUid, sid })
  const required = { op: 'require', model: 'Grant', id: grantId } as const
  return { decided, operations: [required, ...decided.writes()] }
}

/**
 * Ends a request: stores what the person answered, if nobody else did meanwhile.
 * @returns the client that waits for it
 * @throws Error when the request is over, or the result does not fit it; then nothing was stored
 */
export async function storeResult(
  rt: Runtime,
  given: GivenRequest | string,
  result: BackchannelResult,
  options: BackchannelResultOptions,
): Promise<{ client: Client; request: Request }> {
  checkOptions(options)
  const [request, outcome] = await Promise.all([
    findRequest(rt, given),
    result instanceof OIDCProviderError ? result : findGrant(rt, result),
  ])
  if (request.isExpired || !request.isPending) refuse(request)
  const client = await findClient(rt, request)
  if (outcome instanceof Grant) {
    checkGrant(request, outcome)
    checkAuthentication(request, client, options)
  }
  const { decided, operations } = decide(rt, request, outcome, options)
  const stored = await rt.store.commit(operations)
  if (!stored.committed) {
    if (operations[stored.failed]?.model === 'Grant') throw new Error('the Grant was not found')
    refuse(request)
  }
  Object.assign(request, decided.toPayload())
  request.markStored()
  request.announce('saved')
  return { client, request }
}
