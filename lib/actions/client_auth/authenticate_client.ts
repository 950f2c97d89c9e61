import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import type { ClientAuthentication, Runtime, Step } from '../../engine/runtime.ts'
import { askHost, refuseOrigin } from '../../engine/wraps/cors.ts'
import { InvalidClient, InvalidClientAuth, InvalidRequest } from '../../helpers/errors.ts'

/** A public client only says who it is; asked last, when there are no credentials. @see RFC 6749 §3.2.1 */
const none: ClientAuthentication = {
  methods: ['none'],
  identify: (ctx) => ctx.oidc.param('client_id'),
  authenticate() {},
}

interface Presented {
  authentication: ClientAuthentication
  clientId: string
}

/** @throws InvalidRequest when more than one mechanism is used (RFC 6749 §2.3) */
function identify(ctx: Ctx, rt: Runtime): Presented {
  const presented = rt.clientAuthentications.flatMap((authentication): Presented[] => {
    const clientId = authentication.identify(ctx, rt)
    return clientId === undefined ? [] : [{ authentication, clientId }]
  })
  const [first, ...others] = presented
  if (others.length > 0)
    throw new InvalidRequest('client authentication must only be provided using one mechanism')
  if (first !== undefined) return first
  const clientId = none.identify(ctx, rt)
  if (clientId === undefined) throw new InvalidClientAuth('no client authentication mechanism provided')
  return { authentication: none, clientId }
}

/** A registered client that is not valid (any more) fails like any other; `error_detail` says why. */
function refuseInvalid(thrown: unknown): never {
  if (thrown instanceof InvalidClient)
    throw new InvalidClientAuth(thrown.error_detail ?? thrown.error, thrown)
  throw thrown
}

/** A client that only named itself may have proven itself by its connection. @see RFC 8705 §2 */
function authenticationFor(rt: Runtime, presented: ClientAuthentication, { clientAuthMethod }: Client) {
  const serves = ({ methods }: ClientAuthentication) => methods.includes(clientAuthMethod)
  if (serves(presented)) return presented
  if (presented !== none) return undefined
  return rt.clientAuthentications.find((other) => other.byConnection === true && serves(other))
}

/** Finds out which client is asking and has it prove that. @see RFC 6749 §2.3, §3.2.1 */
export const authenticateClient: Step = async (ctx, rt) => {
  const { authentication, clientId } = identify(ctx, rt)
  const client = await rt.findClient(clientId).catch(refuseInvalid)
  if (client !== undefined) ctx.oidc.entity('Client', client)
  const proof = client === undefined ? undefined : authenticationFor(rt, authentication, client)
  if (client !== undefined && proof !== undefined) {
    await proof.authenticate(ctx, rt, client)
    return
  }
  const detail =
    client === undefined
      ? 'client not found'
      : `the registered client token_endpoint_auth_method (${client.clientAuthMethod}) does not match the provided auth mechanism`
  await authentication.refuse?.(ctx, rt, clientId, detail)
  throw new InvalidClientAuth(detail)
}

function answerOfHost(ctx: Ctx, rt: Runtime): unknown {
  try {
    return askHost(ctx, rt)
  } catch (failure) {
    refuseOrigin(ctx)
    throw failure
  }
}

/** Refuses browsers from an origin the client does not expect, before anything is issued. @see RFC 9700 §2.6 */
export const checkOrigin: Step = (ctx, rt) => {
  if (!ctx.oidc.decidesOrigin) return
  ctx.oidc.decidesOrigin = false
  const allowed = answerOfHost(ctx, rt)
  if (allowed !== true) refuseOrigin(ctx)
  if (typeof allowed !== 'boolean') throw new TypeError('clientBasedCORS helper did not return a boolean')
  if (allowed) return
  const { clientId } = ctx.oidc.loaded('Client')
  throw new InvalidRequest(`origin ${ctx.get('origin')} not allowed for client: ${clientId}`)
}
