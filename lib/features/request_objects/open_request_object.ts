import { checkRedirectUri } from '../../actions/authorization/rules/check_redirect_uri.ts'
import { readResponseMode } from '../../actions/authorization/rules/read_response_mode.ts'
import type { Ctx } from '../../engine/context.ts'
import { malformedParameter } from '../../engine/reasons/parameter_errors.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { claimsAsParameters } from '../../helpers/claims_as_parameters.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { InvalidRequest, InvalidRequestObject, OIDCProviderError } from '../../helpers/errors.ts'
import type { ReadParameters } from '../../helpers/http/parameters.ts'
import { fetchRequestObject } from './fetch_request_object.ts'
import { REQUEST_OBJECT } from './reasons.ts'
import type { RemoteRequestObjects } from './remote_request_objects.ts'
import {
  checkRequestObjectClaims,
  checkRequestObjectType,
  checkTexts,
  type RequestObjectClaims,
} from './request_object_claims.ts'
import { type VerifiedRequestObject, verifyRequestObject } from './verify_request_object.ts'

/** Complete ones state both. @see OpenID Connect CIBA Core 1.0 §7.1.1 */
const BOTH_TIMES = ['exp', 'nbf'] as const

/** What decides how request objects are opened. */
export interface OpeningOptions {
  /** Whether parameters beside the request object count for nothing. @see RFC 9101 §6.3 */
  readonly isStrict: boolean
  /** Whether encrypted ones are supported. */
  readonly decrypts: boolean
  /** Those that clients keep elsewhere. */
  readonly remote: RemoteRequestObjects
}

interface Presented {
  readonly jwt: string
  /** Where it was fetched from. */
  readonly uri?: string
}

/** What this provider does not support is left to be refused as such. */
async function present(ctx: Ctx, rt: Runtime, remote: RemoteRequestObjects): Promise<Presented | undefined> {
  const { request: byValue, requestUri: byReference } = rt.configuration.features.requestObjects
  const jwt = ctx.oidc.param('request')
  const uri = ctx.oidc.param('request_uri')
  for (const name of ['request', 'request_uri']) {
    const problem = ctx.oidc.malformed.get(name)
    if (problem !== undefined) throw malformedParameter(name, problem)
  }
  if (jwt !== undefined && uri !== undefined)
    throw new InvalidRequest('request and request_uri parameters MUST NOT be used together').because(
      REQUEST_OBJECT.both_ways,
      { seen: ['request', 'request_uri'] },
    )
  if (jwt !== undefined) return byValue ? { jwt } : undefined
  if (uri === undefined || !byReference || ctx.oidc.request.envelopeTerms !== undefined) return undefined
  return { jwt: await fetchRequestObject(ctx, rt, remote, uri), uri }
}

async function checkRequestObject(
  ctx: Ctx,
  rt: Runtime,
  { header, payload, isAuthentic, isSigned }: VerifiedRequestObject,
  { isStrict }: OpeningOptions,
): Promise<RequestObjectClaims> {
  const { clockTolerance, features } = rt.configuration
  const client = ctx.oidc.loaded('Client')
  const isComplete = ctx.oidc.request.envelopeTerms !== undefined
  const { profile } = ctx.oidc
  const times = isComplete ? BOTH_TIMES : (profile?.requestObjectTimes ?? [])
  if (times.length > 0 && !isSigned)
    throw new InvalidRequestObject('Request Object must be signed').because(REQUEST_OBJECT.not_signed)
  if (isStrict) checkRequestObjectType(header['typ'])
  const checked = checkRequestObjectClaims(payload, {
    clientId: client.clientId,
    issuer: rt.issuer,
    responseType: ctx.oidc.param('response_type'),
    now: epochTime(),
    clockTolerance,
    namesParties: isStrict && isAuthentic,
    times,
    isComplete,
  })
  await features.requestObjects.assertJwtClaimsAndHeader(ctx, payload, header, client)
  return checked
}

/** One that was pushed was used then, once; its browser may load it again. @see RFC 9101 §10.2 */
function useOnce(ctx: Ctx, rt: Runtime, { jti, exp }: RequestObjectClaims): void {
  if (jti === undefined || exp === undefined) return
  if (ctx.oidc.entities.PushedAuthorizationRequest !== undefined) return
  const record = {
    use: 'request object',
    iss: ctx.oidc.loaded('Client').clientId,
    jti,
    exp: Math.ceil(exp) + Math.ceil(rt.configuration.clockTolerance) + 1,
  }
  const refusal = () =>
    new InvalidRequestObject('Request Object was used before').because(REQUEST_OBJECT.replayed)
  ctx.oidc.transaction.claim(rt.models.ReplayDetection.claim(record, refusal))
}

/** Those inside count; those beside it as well where that is wanted, as far as they are not inside. */
function merge(ctx: Ctx, inside: ReadParameters, { isStrict }: OpeningOptions): ReadParameters {
  const { client_id: _, ...own } = inside.params
  const known = { client_id: ctx.oidc.loaded('Client').clientId, ...own }
  if (isStrict) return { params: Object.freeze(known), malformed: inside.malformed }
  const { request: _request, request_uri: _uri, ...outside } = ctx.oidc.sentParams ?? {}
  const isInside = (name: string) => Object.hasOwn(known, name) || inside.malformed.has(name)
  const beside = Object.fromEntries(Object.entries(outside).filter(([name]) => !isInside(name)))
  const malformed = [...ctx.oidc.malformed].filter(([name]) => !isInside(name))
  return {
    params: Object.freeze({ ...beside, ...known }),
    malformed: new Map([...malformed, ...inside.malformed]),
  }
}

function take(
  ctx: Ctx,
  { jwt }: Presented,
  { payload, isAuthentic, isSigned }: VerifiedRequestObject,
  { exp }: RequestObjectClaims,
  options: OpeningOptions,
): void {
  const inside = claimsAsParameters(payload, ctx.oidc.recognised)
  const isTrusted = isAuthentic || ctx.oidc.request.isAuthentic === true
  ctx.oidc.takeParameters(merge(ctx, inside, options))
  if (isTrusted) ctx.oidc.trusted = Object.keys(inside.params)
  ctx.oidc.understand('envelope', { jwt, exp, isSigned })
}

/**
 * A request object that is refused leaves the parameters beside it as the only ones: where they name a redirect URI
 * of the client, it hears there what is wrong.
 * @see RFC 9101 §7, RFC 6749 §4.1.2.1
 */
async function findWayBack(ctx: Ctx, rt: Runtime): Promise<void> {
  for (const step of [checkRedirectUri, readResponseMode]) {
    try {
      await step(ctx, rt)
    } catch (refusal) {
      if (refusal instanceof OIDCProviderError) return
      throw refusal
    }
  }
}

async function open(ctx: Ctx, rt: Runtime, options: OpeningOptions): Promise<void> {
  const presented = await present(ctx, rt, options.remote)
  if (presented === undefined) return
  const verified = await verifyRequestObject(ctx, rt, presented.jwt, options.decrypts)
  if (presented.uri?.startsWith('http:') && !verified.isAuthentic)
    throw new InvalidRequestObject(
      'a Request Object fetched by http must be signed or symmetrically encrypted',
    ).because(REQUEST_OBJECT.not_signed)
  const checked = await checkRequestObject(ctx, rt, verified, options)
  checkTexts(verified.payload, ctx.oidc.recognised, rt.configuration.extraParams)
  useOnce(ctx, rt, checked)
  take(ctx, presented, verified, checked, options)
}

/** Replaces the parameters by those of the request object, once it is verified. @see RFC 9101 §6, OpenID Connect Core 1.0 §6.3 */
export const openRequestObject = (options: OpeningOptions): Step => {
  const step: Step = async (ctx, rt) => {
    try {
      await open(ctx, rt, options)
    } catch (refusal) {
      if (refusal instanceof OIDCProviderError) await findWayBack(ctx, rt)
      throw refusal
    }
  }
  Object.defineProperty(step, 'name', {
    value: options.isStrict ? 'openRequestObject(strict)' : 'openRequestObject(lax)',
  })
  return step
}

/** @see RFC 9101 §10.5 (`require_signed_request_object`) */
export const requireSignedRequest: Step = (ctx) => {
  const { requireSignedRequestObject: required } = ctx.oidc.loaded('Client')
  if (!required || ctx.oidc.request.envelope?.isSigned === true) return
  if (ctx.oidc.request.envelope === undefined)
    throw new InvalidRequest('Request Object must be used by this client').because(REQUEST_OBJECT.missing, {
      accepted: ['request', 'request_uri'],
    })
  throw new InvalidRequestObject('Request Object must be signed').because(REQUEST_OBJECT.not_signed)
}
