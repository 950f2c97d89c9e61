import type { AuthorizationResponse, Step } from '../../../engine/runtime.ts'
import { whenKnown } from '../../../helpers/promises/when_known.ts'
import { commitRequest } from '../interaction/commit_request.ts'
import { setSessionCookie } from '../interaction/session_cookie.ts'
import { type ReadyAnswer, readyAnswer } from './answer_client.ts'

declare module '../../../engine/context.ts' {
  interface UnderstoodRequest {
    readyAnswer?: ReadyAnswer
  }
}

/** Writes everything the request led to, at once. The grant has to be there still when that happens. */
export const commitAnswer: Step = async (ctx) => {
  const session = ctx.oidc.loaded('Session')
  ctx.oidc.transaction.add([{ op: 'require', model: 'Grant', id: ctx.oidc.loaded('Grant').jti }])
  ctx.oidc.transaction.addSession(session)
  await commitRequest(ctx)
  // As long as it is not written the browser has its id, and keeps that until its end.
  if (session.isNewToBrowser || ctx.oidc.jar.isSignedByOlderKey('session')) setSessionCookie(ctx, session)
}

/** The members of the answer that are values; nothing else can travel through a browser. */
function answerOf(answer: Readonly<Record<string, unknown>>): AuthorizationResponse {
  const response: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(answer)) {
    if (typeof value === 'string' || typeof value === 'number') response[name] = value
  }
  return response
}

/** Makes what takes the answer to the client: it may fail, and nothing is stored yet. */
export const prepareAnswer: Step = (ctx, rt) => {
  return whenKnown(readyAnswer(ctx, rt, answerOf(ctx.oidc.answer)), (ready) =>
    ctx.oidc.understand('readyAnswer', ready),
  )
}

/** Hands the client what it asked for. */
export const sendAnswer: Step = async (ctx, rt) => {
  const { members, sent, carry } = ctx.oidc.understood('readyAnswer')
  await carry(ctx, ctx.oidc.understood('redirectUri'), sent)
  rt.emit('authorization.success', ctx, members)
}
