import type { PromptDetail } from '../../../../types/interaction_policy.ts'
import type { Ctx } from '../../../engine/context.ts'
import { redirect } from '../../../engine/redirect.ts'
import { RESPONDED, type Runtime } from '../../../engine/runtime.ts'
import { epochTime } from '../../../helpers/epoch_time.ts'
import { randomId } from '../../../helpers/random_id.ts'
import type { Interaction } from '../../../models/interaction.ts'
import { lifetimeOf } from '../../../models/lifetime.ts'
import { commitRequest } from './commit_request.ts'
import { setSessionCookie } from './session_cookie.ts'

/** What features want to have back when the browser returns. */
function keptOf(ctx: Ctx, rt: Runtime): Record<string, object> | undefined {
  const kept = rt.carryOver.flatMap(({ name, keep }): [string, object][] => {
    const value = keep(ctx.oidc.request)
    return value === undefined ? [] : [[name, value]]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

function makeInteraction(ctx: Ctx, rt: Runtime, prompt: PromptDetail): Interaction {
  const session = ctx.oidc.loaded('Session')
  const uid = randomId()
  const interaction = new rt.models.Interaction({
    jti: uid,
    returnTo: ctx.oidc.urlFor('resume', { uid }),
    prompt,
    params: { ...ctx.oidc.sentParams },
    lastSubmission: ctx.oidc.result,
    session: {
      uid: session.uid,
      cookie: session.jti,
      accountId: session.accountId,
      acr: session.acr,
      amr: session.amr,
    },
    grantId: ctx.oidc.entities.Grant?.jti,
    trusted: [...ctx.oidc.trusted],
    cid: ctx.oidc.uid,
    carried: keptOf(ctx, rt),
  })
  const lifetime = lifetimeOf(rt, 'Interaction', ctx, interaction, ctx.oidc.client)
  if (lifetime !== undefined) interaction.exp = epochTime() + lifetime
  return interaction
}

/** The screen may be elsewhere; a relative URL means this host. */
const pathOf = (url: string): string => new URL(url, 'http://relative.invalid').pathname

/** Interrupts the request: remembers it and sends the browser to the host's screens. */
export async function startInteraction(
  ctx: Ctx,
  rt: Runtime,
  prompt: PromptDetail,
): Promise<typeof RESPONDED> {
  const interaction = makeInteraction(ctx, rt, prompt)
  ctx.oidc.entity('Interaction', interaction)
  const url = await rt.configuration.interactions.url(ctx, interaction)
  const session = ctx.oidc.loaded('Session')
  ctx.oidc.transaction.add([interaction.operation('insert')], () => interaction.announce('saved'))
  ctx.oidc.transaction.addSession(session)
  await commitRequest(ctx)

  const expires = interaction.exp === undefined ? undefined : new Date(interaction.exp * 1000)
  ctx.oidc.cookies.set('interaction', interaction.uid, { path: pathOf(url), expires })
  ctx.oidc.cookies.set('resume', interaction.uid, {
    path: ctx.oidc.pathFor('resume', { uid: interaction.uid }),
    expires,
  })
  // After those of the interaction, as the documented contract has it.
  setSessionCookie(ctx, session)
  rt.emit('interaction.started', ctx, prompt)
  redirect(ctx, url)
  return RESPONDED
}
