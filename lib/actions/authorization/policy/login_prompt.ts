import type { ClaimsParameterMember } from '../../../../types/account.ts'
import type { KoaContextWithOIDC } from '../../../../types/context.ts'
import { InvalidRequest } from '../../../helpers/errors.ts'
import { AUTHORIZATION } from '../reasons.ts'
import { Check } from './check.ts'
import { Prompt } from './prompt.ts'

/** Members of the request that the login screen can make use of. */
function details({ oidc }: KoaContextWithOIDC): Record<string, unknown> {
  const { max_age, login_hint, id_token_hint } = oidc.sentParams ?? {}
  return {
    ...(max_age === undefined ? {} : { max_age }),
    ...(login_hint === undefined ? {} : { login_hint }),
    ...(id_token_hint === undefined ? {} : { id_token_hint }),
  }
}

/** How a claim of the ID Token was asked for. */
function requestedIn(ctx: KoaContextWithOIDC, claim: string): ClaimsParameterMember | undefined {
  return ctx.oidc.claims.id_token?.[claim] ?? undefined
}

const noSession = () =>
  new Check('no_session', 'End-User authentication is required', ({ oidc }) =>
    oidc.session?.accountId === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
  )

const maxAge = () =>
  new Check('max_age', 'End-User authentication could not be obtained', ({ oidc }) => {
    if (oidc.maxAge === undefined) return Check.NO_NEED_TO_PROMPT
    if (oidc.session?.accountId === undefined) return Check.REQUEST_PROMPT
    const tooOld = oidc.session.past(oidc.maxAge) && oidc.result?.login === undefined
    return tooOld ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT
  })

/** Whether the client knows whoever is logged in by another `sub`. */
async function isSomebodyElse(oidc: KoaContextWithOIDC['oidc'], sub: unknown): Promise<boolean> {
  return sub === (await oidc.subject()) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
}

const idTokenHint = () =>
  new Check('id_token_hint', 'id_token_hint and authenticated subject do not match', ({ oidc }) => {
    const hint = oidc.entities.IdTokenHint
    return hint === undefined ? Check.NO_NEED_TO_PROMPT : isSomebodyElse(oidc, hint.payload['sub'])
  })

const subValue = () =>
  new Check(
    'claims_id_token_sub_value',
    'requested subject could not be obtained',
    (ctx) => {
      const requested = requestedIn(ctx, 'sub')
      return requested === undefined || !('value' in requested)
        ? Check.NO_NEED_TO_PROMPT
        : isSomebodyElse(ctx.oidc, requested.value)
    },
    (ctx) => ({ sub: requestedIn(ctx, 'sub') }),
  )

const essentialAcrs = () =>
  new Check(
    'essential_acrs',
    'none of the requested ACRs could not be obtained',
    (ctx) => {
      const acr = requestedIn(ctx, 'acr')
      if (acr?.essential !== true || acr.values === undefined) return Check.NO_NEED_TO_PROMPT
      if (!Array.isArray(acr.values))
        throw new InvalidRequest('invalid claims.id_token.acr.values type').because(
          AUTHORIZATION.acr_values_malformed,
        )
      return acr.values.includes(ctx.oidc.acr) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
    },
    (ctx) => ({ acr: requestedIn(ctx, 'acr') }),
  )

const essentialAcr = () =>
  new Check(
    'essential_acr',
    'requested ACR could not be obtained',
    (ctx) => {
      const acr = requestedIn(ctx, 'acr')
      if (acr?.essential !== true || acr.value === undefined) return Check.NO_NEED_TO_PROMPT
      return acr.value === ctx.oidc.acr ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
    },
    (ctx) => ({ acr: requestedIn(ctx, 'acr') }),
  )

/** The end-user has to authenticate. @see OpenID Connect Core 1.0 §3.1.2.3 */
export const loginPrompt = (): Prompt =>
  new Prompt(
    { name: 'login', requestable: true },
    details,
    noSession(),
    maxAge(),
    idTokenHint(),
    subValue(),
    essentialAcrs(),
    essentialAcr(),
  )
