import type { Step } from '../../engine/runtime.ts'
import { UnauthorizedClient } from '../../helpers/errors.ts'
import { TOKEN_REQUEST } from '../token/reasons.ts'

/** Refuses clients that have not registered a grant type, before they are given what it starts with. @see RFC 6749 §5.2 */
export function requireGrantType(name: string): Step {
  const step: Step = (ctx) => {
    if (!ctx.oidc.loaded('Client').grantTypeAllowed(name))
      throw new UnauthorizedClient('requested grant type is not allowed for this client').because(
        TOKEN_REQUEST.grant_type_not_allowed,
        { seen: [name] },
      )
  }
  return Object.defineProperty(step, 'name', { value: `requireGrantType(${name})` })
}
