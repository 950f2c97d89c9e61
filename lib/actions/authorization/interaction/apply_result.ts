import type { InteractionResults } from '../../../../types/models.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Runtime, Step } from '../../../engine/runtime.ts'
import { errorForCode } from '../../../helpers/error_for_code.ts'
import type { Interaction } from '../../../models/interaction.ts'
import type { Session } from '../../../models/session.ts'
import { INTERACTION } from '../reasons.ts'
import { InteractionSpent } from './commit_request.ts'
import { endSession } from './end_session.ts'

type Login = NonNullable<InteractionResults['login']>

const isOptional = (value: unknown, type: 'string' | 'number' | 'boolean') =>
  value === undefined || typeof value === type

/** @throws TypeError: the host's screens returned something else than a login */
function checkLogin(login: unknown): asserts login is Login {
  const { accountId, acr, amr, remember, ts }: Partial<Record<keyof Login, unknown>> =
    typeof login === 'object' && login !== null ? login : {}
  const valid =
    typeof accountId === 'string' &&
    accountId !== '' &&
    isOptional(acr, 'string') &&
    (amr === undefined || (Array.isArray(amr) && amr.every((method) => typeof method === 'string'))) &&
    isOptional(remember, 'boolean') &&
    isOptional(ts, 'number')
  if (!valid)
    throw new TypeError('interaction result login must be { accountId: string, acr?, amr?, remember?, ts? }')
}

/** Another person logged in: the session of the one before ends, theirs starts afresh. */
async function switchAccount(ctx: Ctx, rt: Runtime): Promise<Session> {
  await endSession(ctx, rt, ctx.oidc.loaded('Session'))
  const session = new rt.models.Session()
  ctx.oidc.entity('Session', session)
  return session
}

async function logIn(ctx: Ctx, rt: Runtime, login: Login): Promise<void> {
  const { accountId, remember = true, ts: loginTs, acr, amr } = login
  const before = ctx.oidc.loaded('Session')
  const another = before.accountId !== undefined && before.accountId !== accountId
  const session = another ? await switchAccount(ctx, rt) : before
  // Whoever knew the id before the login must not share the session after it.
  if (!another) session.resetIdentifier()
  session.loginAccount({ accountId, loginTs, transient: !remember, acr, amr })
}

/** A login of nobody is none: it must not pass for the one that was asked for. */
function resolvedBy(result: InteractionResults | undefined): InteractionResults | undefined {
  const login: unknown = result?.login
  const isNobodys =
    typeof login === 'object' && login !== null && (!('accountId' in login) || login.accountId === undefined)
  if (result === undefined || !isNobodys) return result
  const { login: _, ...others } = result
  return others
}

/** The writes that end an interaction, once, and what follows from them. */
export function takeInteraction(ctx: Ctx, interaction: Interaction) {
  const { uid: id } = interaction
  return {
    taking: [
      { op: 'require', model: 'Interaction', id },
      { op: 'destroy', model: 'Interaction', id },
    ] as const,
    afterwards() {
      interaction.announce('destroyed')
      ctx.oidc.jar.clear('resume', { path: ctx.oidc.pathFor(ctx.oidc.returnRoute, { uid: id }) })
    },
  }
}

/** Takes over how the interaction went; it is over with the next write. */
export const applyResult: Step = async (ctx, rt) => {
  const interaction = ctx.oidc.loaded('Interaction')
  const result = resolvedBy(interaction.result)
  const { taking, afterwards } = takeInteraction(ctx, interaction)
  ctx.oidc.result = result
  if (result?.error !== undefined) {
    const { committed } = await rt.store.commit(taking)
    if (!committed)
      throw new InteractionSpent('authorization request has been answered already').because(
        INTERACTION.answered_already,
      )
    afterwards()
    throw errorForCode(result.error, result.error_description).because(INTERACTION.ended_with_error)
  }
  ctx.oidc.transaction.add(taking, afterwards)
  if (result?.login !== undefined) {
    checkLogin(result.login)
    await logIn(ctx, rt, result.login)
  }
}
