import { issueTokens } from '../../actions/token/issue_tokens.ts'
import { loadTokenAccount } from '../../actions/token/load_token_account.ts'
import { loadTokenGrant } from '../../actions/token/load_token_grant.ts'
import { checkPolledCode, consumePolledCode, type PollPaces } from '../../actions/token/polled_code.ts'
import { slot } from '../../engine/define_action.ts'
import { defineGrant, type GrantDefinition } from '../../engine/define_grant.ts'
import { missingParameter } from '../../engine/reasons/parameter_errors.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidGrant } from '../../helpers/errors.ts'
import { CIBA } from './ciba_grant_name.ts'
import { BACKCHANNEL } from './reasons.ts'

const loadBackchannelRequest = (paces: PollPaces): Step =>
  async function loadBackchannelRequest(ctx, rt) {
    const value = ctx.oidc.param('auth_req_id')
    if (value === undefined) throw missingParameter('auth_req_id')
    const { BackchannelAuthenticationRequest: Requests } = rt.models
    const request = await Requests.find(value, { ignoreExpiration: true, ctx })
    if (request === undefined)
      throw new InvalidGrant('backchannel authentication request not found').because(
        BACKCHANNEL.request_not_found,
      )
    ctx.oidc.entity('BackchannelAuthenticationRequest', request)
    await checkPolledCode(ctx, rt, request, paces)
    ctx.oidc.presentedBy(request)
  }

/** A client asks whether the person has logged in, until there is an outcome. @see OpenID Connect CIBA Core 1.0 §10.1, §11 */
export const cibaGrant = (paces: PollPaces): GrantDefinition =>
  defineGrant({
    name: CIBA,
    params: ['auth_req_id'],
    steps: [
      loadBackchannelRequest(paces),
      loadTokenGrant,
      loadTokenAccount,
      slot('token_binding'),
      consumePolledCode,
      ...issueTokens,
    ],
  })
