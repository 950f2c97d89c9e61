import type { PromptDetail } from '../../../../types/interaction_policy.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import { OIDCProviderError } from '../../../helpers/errors.ts'

const LOGIN_REMEDY = 'finish the interaction with { login: { accountId } }'
const CONSENT_REMEDY =
  'add what prompt.details names as missing to the grant (the one of interaction.grantId, or new provider.Grant({ accountId, clientId })), and finish the interaction with { consent: { grantId: await grant.save() } }'

function loginProblem(ctx: Ctx): string {
  const login = ctx.oidc.entities.Interaction?.result?.login
  if (login === undefined) return `the result has no login: ${LOGIN_REMEDY}`
  if (login.accountId === undefined) return `the login has no accountId: ${LOGIN_REMEDY}`
  return 'the login is not what was asked for: see prompt.reasons, and state acr, amr and ts of the login'
}

function consentProblem(ctx: Ctx): string {
  const { grant, result } = ctx.oidc
  const consent = result?.consent
  if (consent === undefined) return `the result has no consent: ${CONSENT_REMEDY}`
  if (consent.grantId === undefined) return `the consent has no grantId: ${CONSENT_REMEDY}`
  if (grant?.jti !== consent.grantId)
    return `no grant of this account is stored under the grantId: ${CONSENT_REMEDY}`
  return `the grant lacks what was asked for: ${CONSENT_REMEDY}`
}

function problemOf(ctx: Ctx, prompt: string): string {
  if (prompt === 'login') return loginProblem(ctx)
  if (prompt === 'consent') return consentProblem(ctx)
  return `the checks of this prompt still fail: finish the interaction with { ${prompt}: { … } }, and change what they look at`
}

/** Tells the host that a screen came back without having resolved anything. @returns what it has to do */
export function tellUnresolved(ctx: Ctx, rt: Runtime, prompt: PromptDetail): string {
  const problem = `the prompt ${prompt.name} (${prompt.reasons.join(', ')}) is pending as before: ${problemOf(ctx, prompt.name)}`
  rt.notify(`NOTICE: an interaction came back and resolved nothing: ${problem}`)
  rt.emit('interaction.unresolved', ctx, prompt, problem)
  return problem
}

/**
 * The screens do not get anywhere. It is shown, not told to the client, which would only send the browser here
 * again.
 */
export class InteractionUnresolved extends OIDCProviderError {
  constructor(error: string, detail: string) {
    super({ error, error_description: 'interaction was not resolved', error_detail: detail })
  }
}
InteractionUnresolved.prototype.allow_redirect = false
