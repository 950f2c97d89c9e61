import type { KoaContextWithOIDC } from '../../../../types/context.ts'
import { words } from '../../../helpers/words.ts'
import { ALWAYS_GRANTED } from '../../../models/grant.ts'
import { Check } from './check.ts'
import { Prompt } from './prompt.ts'

/** Requested scopes of this provider that the end-user was never asked about. */
function missingOIDCScope({ oidc }: KoaContextWithOIDC): string[] {
  const encountered = new Set(words(oidc.grant?.getOIDCScopeEncountered()))
  return [...oidc.requestParamOIDCScopes].filter((scope) => !encountered.has(scope))
}

/** Requested claims that the end-user was never asked about. */
function missingOIDCClaims({ oidc }: KoaContextWithOIDC): string[] {
  const encountered = new Set(oidc.grant?.getOIDCClaimsEncountered())
  return [...oidc.requestParamClaims].filter((claim) => !encountered.has(claim) && !ALWAYS_GRANTED.has(claim))
}

/** Requested scopes of resource servers that the end-user was never asked about, by resource indicator. */
function missingResourceScopes({ oidc }: KoaContextWithOIDC): Record<string, string[]> {
  const missing = oidc.describedResources.map((server) => {
    const [indicator, scopes] = [server.identifier(), server.scopes]
    const encountered = new Set(words(oidc.grant?.getResourceScopeEncountered(indicator)))
    const asked = [...oidc.requestParamScopes].filter((scope) => scopes.has(scope) && !encountered.has(scope))
    return [indicator, asked] as const
  })
  return Object.fromEntries(missing.filter(([, scopes]) => scopes.length > 0))
}

/** Nobody can tell a native app from another one that uses its client_id. @see RFC 8252 §8.6 */
const nativeClient = () =>
  new Check(
    'native_client_prompt',
    'native clients require End-User interaction',
    'interaction_required',
    ({ oidc }) =>
      oidc.client?.applicationType === 'native' &&
      oidc.sentParams?.['response_type'] !== 'none' &&
      (oidc.result === undefined || !('consent' in oidc.result)),
  )

const opScopes = () =>
  new Check(
    'op_scopes_missing',
    'requested scopes not granted',
    (ctx) => missingOIDCScope(ctx).length > 0,
    (ctx) => ({ missingOIDCScope: missingOIDCScope(ctx) }),
  )

const opClaims = () =>
  new Check(
    'op_claims_missing',
    'requested claims not granted',
    (ctx) => missingOIDCClaims(ctx).length > 0,
    (ctx) => ({ missingOIDCClaims: missingOIDCClaims(ctx) }),
  )

const rsScopes = () =>
  new Check(
    'rs_scopes_missing',
    'requested scopes not granted',
    (ctx) => Object.keys(missingResourceScopes(ctx)).length > 0,
    (ctx) => ({ missingResourceScopes: missingResourceScopes(ctx) }),
  )

/** The end-user has to agree. @see OpenID Connect Core 1.0 §3.1.2.4 */
export const consentPrompt = (): Prompt =>
  new Prompt(
    { name: 'consent', requestable: true },
    undefined,
    nativeClient(),
    opScopes(),
    opClaims(),
    rsScopes(),
  )
