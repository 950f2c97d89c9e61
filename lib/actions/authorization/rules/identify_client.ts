import { CLIENT } from '../../../clients/reasons.ts'
import { malformedParameter, missingParameter } from '../../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../../engine/runtime.ts'
import { clientNotFound } from '../../../helpers/client_not_found.ts'
import { InvalidClient } from '../../../helpers/errors.ts'

/** Finds the client that the browser was sent by. Nobody can be redirected before. @see RFC 6749 §4.1.2.1 */
export const identifyClient: Step = async (ctx, rt) => {
  const reason = ctx.oidc.malformed.get('client_id')
  if (reason !== undefined) throw malformedParameter('client_id', reason)
  const clientId = ctx.oidc.param('client_id')
  if (clientId === undefined) throw missingParameter('client_id')
  const client = rt.knownClient(clientId) ?? (await rt.findClient(clientId))
  if (client === undefined)
    throw new InvalidClient('client is invalid', clientNotFound(clientId)).because(CLIENT.not_found)
  ctx.oidc.entity('Client', client)
}
