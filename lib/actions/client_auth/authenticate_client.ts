import type { Client } from '../../clients/client.ts'
import { CLIENT } from '../../clients/reasons.ts'
import type { Ctx } from '../../engine/context.ts'
import type { ClientAuthentication, Runtime, Step } from '../../engine/runtime.ts'
import { askHost, refuseOrigin } from '../../engine/wraps/cors.ts'
import { clientNotFound } from '../../helpers/client_not_found.ts'
import { InvalidClient, InvalidClientAuth, InvalidRequest } from '../../helpers/errors.ts'
import { CLIENT_AUTH } from './reasons.ts'

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
  let presented: Presented | undefined
  for (const authentication of rt.clientAuthentications) {
    const clientId = authentication.identify(ctx, rt)
    if (clientId === undefined) continue
    if (presented !== undefined)
      throw new InvalidRequest('client authentication must only be provided using one mechanism').because(
        CLIENT_AUTH.several,
        { seen: [...new Set([...presented.authentication.methods, ...authentication.methods])] },
      )
    presented = { authentication, clientId }
  }
  if (presented !== undefined) return presented
  const clientId = none.identify(ctx, rt)
  if (clientId === undefined)
    throw new InvalidClientAuth('no client authentication mechanism provided').because(CLIENT_AUTH.missing)
  return { authentication: none, clientId }
}

/** A registered client that is not valid (any more) fails like any other; `error_detail` says why. */
function refuseInvalid(thrown: unknown): never {
  if (thrown instanceof InvalidClient)
    throw new InvalidClientAuth(thrown.error_detail ?? thrown.error, thrown).because(thrown)
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
export const authenticateClient: Step = (ctx, rt) => {
  const presented = identify(ctx, rt)
  const known = rt.knownClient(presented.clientId)
  return known === undefined
    ? findAndAuthenticate(ctx, rt, presented)
    : authenticate(ctx, rt, presented, known)
}

async function findAndAuthenticate(ctx: Ctx, rt: Runtime, presented: Presented): Promise<void> {
  const client = await rt.findClient(presented.clientId).catch(refuseInvalid)
  if (client === undefined) await refuse(ctx, rt, presented, unknownClient(presented.clientId))
  else await authenticate(ctx, rt, presented, client)
}

function authenticate(ctx: Ctx, rt: Runtime, presented: Presented, client: Client): void | Promise<void> {
  ctx.oidc.entity('Client', client)
  const proof = authenticationFor(rt, presented.authentication, client)
  if (proof !== undefined) return proof.authenticate(ctx, rt, client)
  return refuse(
    ctx,
    rt,
    presented,
    new InvalidClientAuth(
      `the registered client token_endpoint_auth_method (${client.clientAuthMethod}) does not match the provided auth mechanism`,
    ).because(CLIENT_AUTH.method_mismatch, {
      seen: presented.authentication.methods,
      accepted: [client.clientAuthMethod],
    }),
  )
}

const unknownClient = (clientId: string) =>
  new InvalidClientAuth(clientNotFound(clientId)).because(CLIENT.not_found)

async function refuse(
  ctx: Ctx,
  rt: Runtime,
  { authentication, clientId }: Presented,
  error: InvalidClientAuth,
) {
  await authentication.refuse?.(ctx, rt, clientId, error)
  throw error
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
  throw new InvalidRequest(`origin ${ctx.get('origin')} not allowed for client: ${clientId}`).because(
    CLIENT_AUTH.origin_not_allowed,
    { seen: ['origin'] },
  )
}
