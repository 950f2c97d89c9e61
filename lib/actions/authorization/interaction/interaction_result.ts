import type { Context } from 'koa'
import type { InteractionResults } from '../../../../types/models.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import { SessionNotFound } from '../../../helpers/errors.ts'
import { CookieJar } from '../../../models/cookie_jar.ts'
import type { Interaction } from '../../../models/interaction.ts'
import { INTERACTION } from '../reasons.ts'
import { describeMissingCookie, INTERACTION_IS_OVER } from './missing_cookie.ts'

/** The parts of a Koa context that tell which interaction a browser is in. */
export type InteractionRequest = Pick<Context, 'req' | 'res' | 'secure' | 'path'>

/**
 * The interaction that a browser at the host's screens is in.
 * @throws SessionNotFound when cookie, interaction or session is gone, or somebody else logged in meanwhile.
 * Where nobody was logged in before, another tab of the browser may have done it: that is no change of person.
 */
export async function currentInteraction(rt: Runtime, request: InteractionRequest): Promise<Interaction> {
  const uid = new CookieJar(rt, request).get('interaction')
  if (uid === undefined) {
    throw new SessionNotFound(
      'interaction session id cookie not found',
      400,
      describeMissingCookie(rt, request, 'interaction'),
    ).because(INTERACTION.interaction_cookie_missing)
  }
  const interaction = await rt.models.Interaction.find(uid)
  if (interaction === undefined)
    throw new SessionNotFound('interaction session not found', 400, INTERACTION_IS_OVER).because(
      INTERACTION.not_found,
    )
  const { session: started } = interaction
  if (started === undefined) return interaction
  const session = await rt.models.Session.findByUid(started.uid)
  if (session === undefined)
    throw new SessionNotFound('session not found').because(INTERACTION.session_not_found)
  const before = started.accountId
  if (before !== undefined && session.accountId !== before)
    throw new SessionNotFound('session principal changed').because(INTERACTION.session_mismatch)
  return interaction
}

/**
 * Stores how an interaction went.
 * @returns where the browser has to go on
 */
export async function storeResult(
  rt: Runtime,
  request: InteractionRequest,
  result: InteractionResults,
  mergeWithLastSubmission: boolean,
): Promise<string> {
  const interaction = await currentInteraction(rt, request)
  const merges = mergeWithLastSubmission && !('error' in result)
  interaction.result = merges ? { ...interaction.lastSubmission, ...result } : result
  await interaction.persist()
  return interaction.returnTo
}
