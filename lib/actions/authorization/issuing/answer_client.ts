import type { Ctx } from '../../../engine/context.ts'
import type { AuthorizationResponse, ResponseMode, Runtime } from '../../../engine/runtime.ts'
import { defaultResponseMode } from '../../../helpers/response_mode.ts'
import type { VerifiedRedirectUri } from '../../../helpers/uri/match_redirect_uri.ts'

/** An authorization response that is ready to go. */
export interface ReadyAnswer {
  /** What it says. */
  readonly members: AuthorizationResponse
  /** What travels: the same, or what the response mode made of it. */
  readonly sent: AuthorizationResponse
  readonly carry: ResponseMode
}

const responseTypeOf = (ctx: Ctx) => ctx.oidc.param('response_type') ?? ''

/** A page cannot tell by what is sealed that it is about an error. */
const asPageAbout =
  (members: AuthorizationResponse, carry: ResponseMode): ResponseMode =>
  async (ctx, redirectUri, sent) => {
    await carry(ctx, redirectUri, sent)
    if ('error' in members && ctx.status === 200) ctx.status = 400
  }

function modeOf(rt: Runtime, name: string) {
  const mode = rt.responseModes.get(name)
  if (mode === undefined) throw new Error(`response mode ${name} is gone`)
  return mode
}

/**
 * Makes what takes an authorization response, or an error, to the client the way it asked for.
 * @see RFC 9207 §2 (`iss` tells the client whose answer it is; an ID Token does that itself)
 */
export function readyAnswer(
  ctx: Ctx,
  rt: Runtime,
  answer: AuthorizationResponse,
): ReadyAnswer | Promise<ReadyAnswer> {
  const mode = modeOf(rt, ctx.oidc.request.responseMode ?? defaultResponseMode(responseTypeOf(ctx)))
  const all = {
    ...answer,
    state: ctx.oidc.param('state'),
    iss: 'id_token' in answer ? undefined : rt.issuer,
  }
  const members = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  if (typeof mode === 'function') return { members, sent: members, carry: mode }
  const carry = modeOf(rt, mode.carrier(responseTypeOf(ctx)))
  if (typeof carry !== 'function') throw new Error('a sealed response travels by a mode that seals')
  return mode.seal(ctx, rt, members).then((sent) => ({ members, sent, carry: asPageAbout(members, carry) }))
}

/** Takes an authorization response, or an error, to the client the way it asked for. */
export async function answerClient(
  ctx: Ctx,
  rt: Runtime,
  redirectUri: VerifiedRedirectUri,
  answer: AuthorizationResponse,
): Promise<void> {
  const { sent, carry } = await readyAnswer(ctx, rt, answer)
  await carry(ctx, redirectUri, sent)
}
