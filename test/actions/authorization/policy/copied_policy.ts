import { errors, interactionPolicy, type KoaContextWithOIDC } from '../../../../lib/index.ts'

const { Check, Prompt } = interactionPolicy

/** Claims that nobody is asked about. */
const OWN = ['sub', 'sid', 'auth_time', 'acr', 'amr', 'iss']

const subOf = ({ oidc }: KoaContextWithOIDC) => oidc.claims.id_token?.['sub']
const acrOf = ({ oidc }: KoaContextWithOIDC) => oidc.claims.id_token?.['acr']

const missingScopes = ({ oidc }: KoaContextWithOIDC) => {
  const encountered = new Set(oidc.grant?.getOIDCScopeEncountered().split(' '))
  return [...oidc.requestParamOIDCScopes].filter((scope) => !encountered.has(scope))
}

const missingClaims = ({ oidc }: KoaContextWithOIDC) => {
  const encountered = new Set(oidc.grant?.getOIDCClaimsEncountered())
  return [...oidc.requestParamClaims].filter((claim) => !encountered.has(claim) && !OWN.includes(claim))
}

const missingResourceScopes = ({ oidc }: KoaContextWithOIDC) => {
  const missing: Record<string, string[]> = {}
  for (const [indicator, resourceServer] of Object.entries(oidc.resourceServers)) {
    const encountered = new Set(oidc.grant?.getResourceScopeEncountered(indicator).split(' '))
    const scopes = [...oidc.requestParamScopes].filter(
      (scope) => resourceServer.scopes.has(scope) && !encountered.has(scope),
    )
    if (scopes.length > 0) missing[indicator] = scopes
  }
  return missing
}

/** The documented default policy as a host writes it down: with what the package exports and nothing else. */
export const copiedPolicy = () => [
  new Prompt(
    { name: 'login', requestable: true },
    ({ oidc: { params } }) => ({
      ...(params?.['max_age'] === undefined ? undefined : { max_age: params['max_age'] }),
      ...(params?.['login_hint'] === undefined ? undefined : { login_hint: params['login_hint'] }),
      ...(params?.['id_token_hint'] === undefined ? undefined : { id_token_hint: params['id_token_hint'] }),
    }),
    new Check('no_session', 'End-User authentication is required', ({ oidc }) =>
      oidc.session?.accountId ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
    ),
    new Check('max_age', 'End-User authentication could not be obtained', ({ oidc }) => {
      if (oidc.maxAge === undefined) return Check.NO_NEED_TO_PROMPT
      if (!oidc.session?.accountId) return Check.REQUEST_PROMPT
      return oidc.session.past(oidc.maxAge) && !oidc.result?.login
        ? Check.REQUEST_PROMPT
        : Check.NO_NEED_TO_PROMPT
    }),
    new Check('id_token_hint', 'id_token_hint and authenticated subject do not match', async ({ oidc }) => {
      if (oidc.entities.IdTokenHint === undefined) return Check.NO_NEED_TO_PROMPT
      const sub = await oidc.subject()
      return oidc.entities.IdTokenHint.payload['sub'] === sub ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
    }),
    new Check(
      'claims_id_token_sub_value',
      'requested subject could not be obtained',
      async (ctx) => {
        const requested = subOf(ctx)
        if (!requested || !('value' in requested)) return Check.NO_NEED_TO_PROMPT
        return requested.value === (await ctx.oidc.subject()) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
      },
      (ctx) => ({ sub: subOf(ctx) }),
    ),
    new Check(
      'essential_acrs',
      'none of the requested ACRs could not be obtained',
      (ctx) => {
        const request = acrOf(ctx)
        if (!request?.essential || !request.values) return Check.NO_NEED_TO_PROMPT
        if (!Array.isArray(request.values)) {
          throw new errors.InvalidRequest('invalid claims.id_token.acr.values type')
        }
        return request.values.includes(ctx.oidc.acr) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
      },
      (ctx) => ({ acr: acrOf(ctx) }),
    ),
    new Check(
      'essential_acr',
      'requested ACR could not be obtained',
      (ctx) => {
        const request = acrOf(ctx)
        if (!request?.essential || !request.value) return Check.NO_NEED_TO_PROMPT
        return request.value === ctx.oidc.acr ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
      },
      (ctx) => ({ acr: acrOf(ctx) }),
    ),
  ),
  new Prompt(
    { name: 'consent', requestable: true },
    new Check(
      'native_client_prompt',
      'native clients require End-User interaction',
      'interaction_required',
      ({ oidc }) =>
        oidc.client?.applicationType === 'native' &&
        oidc.params?.['response_type'] !== 'none' &&
        (!oidc.result || !('consent' in oidc.result)),
    ),
    new Check(
      'op_scopes_missing',
      'requested scopes not granted',
      (ctx) => missingScopes(ctx).length > 0,
      (ctx) => ({ missingOIDCScope: missingScopes(ctx) }),
    ),
    new Check(
      'op_claims_missing',
      'requested claims not granted',
      (ctx) => missingClaims(ctx).length > 0,
      (ctx) => ({ missingOIDCClaims: missingClaims(ctx) }),
    ),
    new Check(
      'rs_scopes_missing',
      'requested scopes not granted',
      (ctx) => Object.keys(missingResourceScopes(ctx)).length > 0,
      (ctx) => ({ missingResourceScopes: missingResourceScopes(ctx) }),
    ),
  ),
]
