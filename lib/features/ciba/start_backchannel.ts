import { requestedBy } from '../../actions/authorization/direct_request.ts'
import { storedResources } from '../../actions/authorization/issuing/authentication_of.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import type { BackchannelAuthenticationRequest } from './backchannel_authentication_request.ts'

/** What must not be found in storage beside what it opens. */
const SECRETS = ['user_code']

async function storeRequest(ctx: Ctx, rt: Runtime): Promise<BackchannelAuthenticationRequest> {
  const request = new rt.models.BackchannelAuthenticationRequest({
    client: ctx.oidc.loaded('Client'),
    accountId: ctx.oidc.loaded('Account').accountId,
    claims: ctx.oidc.claims,
    nonce: ctx.oidc.param('nonce'),
    params: requestedBy(ctx, SECRETS),
    resource: storedResources(ctx),
    scope: [...ctx.oidc.understood('scopes')].join(' '),
  })
  const { operations, announce } = await request.issue(ctx)
  ctx.oidc.transaction.add(operations, announce)
  ctx.oidc.entity('BackchannelAuthenticationRequest', request)
  await ctx.oidc.transaction.commit()
  return request
}

/** A request that nobody is asked about is gone; where even that fails, it ends by itself and nobody knows its id. */
async function takeBack(ctx: Ctx, rt: Runtime, request: BackchannelAuthenticationRequest): Promise<void> {
  try {
    await request.destroy()
  } catch (thrown) {
    rt.serverError(ctx, thrown)
  }
}

/**
 * Stores the request, has the host ask the person, and answers. The request is there before the person is asked: who
 * answers at once must not be too early.
 * @see OpenID Connect CIBA Core 1.0 §7.3
 */
export const startBackchannel: Step = async (ctx, rt) => {
  const { interval, triggerAuthenticationDevice } = rt.configuration.features.ciba
  const request = await storeRequest(ctx, rt)
  try {
    const [account, client] = [ctx.oidc.loaded('Account'), ctx.oidc.loaded('Client')]
    await triggerAuthenticationDevice(ctx, request, account, client)
  } catch (refusal) {
    await takeBack(ctx, rt, request)
    throw refusal
  }
  const body = { auth_req_id: request.jti, expires_in: (request.exp ?? 0) - epochTime(), interval }
  ctx.body = body
  rt.emit('backchannel_authentication.success', ctx, body)
}
