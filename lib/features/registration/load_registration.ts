import { asInvalidToken } from '../../actions/bearer/as_invalid_token.ts'
import { bearerHeader } from '../../actions/bearer/bearer_header.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidRequest, InvalidToken } from '../../helpers/errors.ts'
import { REGISTRATION } from './reasons.ts'
import type { RegistrationAccessToken } from './registration_access_token.ts'

function clientIdOfRoute(ctx: Ctx): string {
  const { clientId }: { clientId?: unknown } = ctx.params
  return typeof clientId === 'string' ? clientId : ''
}

const ofAnotherClient = () =>
  new InvalidToken('registration access token of another client').because(
    REGISTRATION.token_of_another_client,
  )

const ofNobody = () =>
  new InvalidToken('registration access token of a client that is gone').because(REGISTRATION.client_gone)

/** A token that is presented where it does not belong has leaked, or belongs to nobody any more. */
async function revoke(token: RegistrationAccessToken, error: InvalidToken): Promise<never> {
  await token.destroy()
  throw error
}

/**
 * Finds the client that the URL names, which has to be the one that the token is for.
 * @param what it is about to be: read, updated, deleted
 * @see RFC 7592 §2, §2.1 (errors)
 */
export const loadRegistration = (what: 'read' | 'update' | 'delete'): Step =>
  async function loadRegistration(ctx, rt) {
    const value = bearerHeader(ctx)
    const clientId = clientIdOfRoute(ctx)
    const [token, client] = await Promise.all([
      rt.models.RegistrationAccessToken.find(value, { ctx }),
      rt.loadClient(clientId).catch(asInvalidToken),
    ])
    if (token === undefined)
      throw new InvalidToken('registration access token not found').because(REGISTRATION.token_not_found)
    if (token.clientId !== clientId) return revoke(token, ofAnotherClient())
    if (rt.isStaticClient(clientId))
      throw new InvalidRequest(`this client is not allowed to ${what} its registration`, 403).because(
        REGISTRATION.client_not_managed,
      )
    if (client === undefined) return revoke(token, ofNobody())
    ctx.oidc.entity('Client', client)
    ctx.oidc.entity('RegistrationAccessToken', token)
  }
