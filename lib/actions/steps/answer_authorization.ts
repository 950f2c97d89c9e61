import { nanoid } from 'nanoid'
import type { Ctx } from '../../context.ts'
import { words } from '../../helpers/words.ts'
import type { AuthorizationCode } from '../../models/authorization_code.ts'
import type { AuthorizationResponse, Runtime, Step } from '../../runtime.ts'
import { answerClient } from '../answer_client.ts'
import { commitRequest } from '../commit_request.ts'
import { grantedScope } from '../granted_scope.ts'
import { setSessionCookie } from '../session_cookie.ts'

/** Lets the session remember what this client was allowed. */
function rememberAuthorization(ctx: Ctx): void {
  const session = ctx.oidc.loaded('Session')
  const { clientId } = ctx.oidc.loaded('Client')
  session.grantIdFor(clientId, ctx.oidc.loaded('Grant').jti)
  if (session.sidFor(clientId) === undefined) session.sidFor(clientId, nanoid())
  if (words(grantedScope(ctx)).includes('offline_access')) session.persistLogout(clientId)
}

/** One resource is stored as it is, several as a list. */
function storedResources({ oidc: { request } }: Ctx): string | string[] | undefined {
  const resources = request.resources ?? []
  return resources.length > 1 ? [...resources] : resources[0]
}

/** What the code carries over from the request, the end-user and their grant. */
function makeCode(ctx: Ctx, rt: Runtime): AuthorizationCode {
  const { codeChallenge } = ctx.oidc.request
  const session = ctx.oidc.loaded('Session')
  const client = ctx.oidc.loaded('Client')
  return new rt.models.AuthorizationCode({
    client,
    accountId: session.accountId,
    acr: ctx.oidc.acr,
    amr: ctx.oidc.amr,
    authTime: session.authTime(),
    claims: ctx.oidc.claims,
    codeChallenge: codeChallenge?.challenge,
    codeChallengeMethod: codeChallenge?.method,
    grantId: ctx.oidc.loaded('Grant').jti,
    nonce: ctx.oidc.param('nonce'),
    redirectUri: ctx.oidc.understood('redirectUri'),
    resource: storedResources(ctx),
    scope: grantedScope(ctx),
    sid: session.sidFor(client.clientId),
    sessionUid: session.uid,
  })
}

/** @returns the value of a new code; it is written with everything else. @see RFC 6749 §4.1.2 */
async function issueCode(ctx: Ctx, rt: Runtime): Promise<string> {
  const code = makeCode(ctx, rt)
  if (await rt.configuration.expiresWithSession(ctx, code)) code.expiresWithSession = true
  else code.sessionUid = undefined
  const issued = await code.issue(ctx)
  ctx.oidc.entity('AuthorizationCode', code)
  ctx.oidc.transaction.add(issued.operations, issued.announce)
  return issued.value
}

/** Writes everything the request led to, at once, and hands the client what it asked for. */
export const answerAuthorization: Step = async (ctx, rt) => {
  const session = ctx.oidc.loaded('Session')
  rememberAuthorization(ctx)
  const response: Record<string, string | undefined> = {}
  if (words(ctx.oidc.understood('responseType')).includes('code')) response['code'] = await issueCode(ctx, rt)
  ctx.oidc.transaction.add([{ op: 'require', model: 'Grant', id: ctx.oidc.loaded('Grant').jti }])
  ctx.oidc.transaction.addSession(session)
  await commitRequest(ctx)
  setSessionCookie(ctx, session)
  await answerClient(ctx, rt, ctx.oidc.understood('redirectUri'), response)
  const told: AuthorizationResponse = response
  rt.emit('authorization.success', ctx, told)
}
