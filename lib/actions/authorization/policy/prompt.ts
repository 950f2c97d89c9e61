import type {
  PolicyCheck,
  PolicyChecks,
  PolicyDetails,
  PolicyPrompt,
} from '../../../../types/interaction_policy.ts'
import { Check } from './check.ts'
import { NamedList } from './named_list.ts'

class Checks extends NamedList<PolicyCheck> implements PolicyChecks {
  protected nameOf(check: PolicyCheck): string {
    return check.reason
  }
}

/** Error codes that OpenID Connect defines for standard prompts. @see OpenID Connect Core 1.0 §3.1.2.6 */
const ERRORS: Readonly<Record<string, string>> = {
  login: 'login_required',
  consent: 'consent_required',
  select_account: 'account_selection_required',
}

/** Something the end-user may have to do before the client gets an answer. */
export class Prompt implements PolicyPrompt {
  name: string
  requestable: boolean
  details: PolicyDetails
  checks: PolicyChecks

  /**
   * @param info `requestable` prompts may be asked for with the `prompt` parameter
   * @param rest an optional function with details for the screen, then the checks
   * @throws TypeError when the name is missing or `none`
   */
  constructor(
    info: { name: string; requestable?: boolean },
    ...rest: [PolicyDetails | undefined, ...PolicyCheck[]] | PolicyCheck[]
  ) {
    if (typeof info?.name !== 'string' || info.name === '') throw new TypeError('a prompt needs a name')
    if (info.name === 'none') throw new TypeError('prompt "none" is reserved')
    this.name = info.name
    this.requestable = info.requestable === true
    const [first, ...others] = rest
    const details = typeof first === 'function' ? first : undefined
    this.details = details ?? (() => undefined)
    this.checks = new Checks()
    if (this.requestable) this.checks.add(requested(this.name))
    for (const check of typeof first === 'object' ? [first, ...others] : others) {
      if (typeof check === 'object') this.checks.add(check)
    }
  }
}

/** Prompts because the client asked for it. */
function requested(name: string): Check {
  return new Check(
    `${name}_prompt`,
    `${name} prompt was not resolved`,
    ERRORS[name] ?? 'interaction_required',
    (ctx) => ctx.oidc.promptPending(name),
  )
}

/** The error code of a prompt's check that brings none of its own. */
export const errorOf = (prompt: PolicyPrompt, check: PolicyCheck): string =>
  check.error ?? ERRORS[prompt.name] ?? 'interaction_required'
