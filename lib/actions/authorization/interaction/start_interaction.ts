import type { PromptDetail } from '../../../../types/interaction_policy.ts'
import type { Ctx } from '../../../engine/context.ts'
import { redirect } from '../../../engine/redirect.ts'
import { RESPONDED, type Runtime } from '../../../engine/runtime.ts'
import { epochTime } from '../../../helpers/epoch_time.ts'
import { randomId } from '../../../helpers/random_id.ts'
import type { Interaction } from '../../../models/interaction.ts'
import { lifetimeOf } from '../../../models/lifetime.ts'
import { commitRequest } from './commit_request.ts'
import type { Progress } from './progress.ts'
import { setSessionCookie } from './session_cookie.ts'

/** What features want to have back when the browser returns. */
function keptOf(ctx: Ctx, rt: Runtime): Record<string, object> | undefined {
  const kept = rt.carryOver.flatMap(({ name, keep }): [string, object][] => {
    const value = keep(ctx.oidc.request)
    return value === undefined ? [] : [[name, value]]
  })
  return kept.length > 0 ? Object.fromEntries(kept) : undefined
}

function makeInteraction(ctx: Ctx, rt: Runtime, prompt: PromptDetail, progress: Progress): Interaction {
  const session = ctx.oidc.loaded('Session')
  const uid = randomId()
  const interaction = new rt.models.Interaction({
    jti: uid,
    returnTo: ctx.oidc.urlFor(ctx.oidc.returnRoute, { uid }),
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
    progress,
    ...ctx.oidc.request.returning?.keeps,
  })
  const lifetime = lifetimeOf(rt, 'Interaction', ctx, interaction, ctx.oidc.client)
  if (lifetime !== undefined) interaction.exp = epochTime() + lifetime
  return interaction
}

/** A relative URL means this host. */
const RELATIVE = 'http://relative.invalid'
/** A path that every parser leaves as it is. */
const PLAIN_PATH = /^(?:\/[\w-]+)+$/

/** @returns `undefined` for what no browser can be sent to */
function pathOf(url: unknown): string | undefined {
  if (typeof url !== 'string' || url === '') return undefined
  if (PLAIN_PATH.test(url)) return url
  if (!URL.canParse(url, RELATIVE)) return undefined
  const { protocol, pathname } = new URL(url, RELATIVE)
  return protocol === 'https:' || protocol === 'http:' ? pathname : undefined
}

/** The screen may be elsewhere. @throws TypeError when the host names none */
async function screenOf(
  ctx: Ctx,
  rt: Runtime,
  interaction: Interaction,
): Promise<{ url: string; path: string }> {
  const url: unknown = await rt.configuration.interactions.url(ctx, interaction)
  const path = pathOf(url)
  if (path === undefined) throw new TypeError('interactions.url must return the URL of a screen, as text')
  return { url: String(url), path }
}

/** Interrupts the request: remembers it and sends the browser to the host's screens. */
export async function startInteraction(
  ctx: Ctx,
  rt: Runtime,
  prompt: PromptDetail,
  progress: Progress,
): Promise<typeof RESPONDED> {
  const interaction = makeInteraction(ctx, rt, prompt, progress)
  ctx.oidc.entity('Interaction', interaction)
  const { url, path } = await screenOf(ctx, rt, interaction)
  const session = ctx.oidc.loaded('Session')
  ctx.oidc.transaction.add(interaction.writes(), () => {
    interaction.markStored()
    interaction.announce('saved')
  })
  session.neededUntil(interaction.exp)
  ctx.oidc.transaction.addSession(session)
  await commitRequest(ctx)

  const expires = interaction.exp === undefined ? undefined : new Date(interaction.exp * 1000)
  ctx.oidc.jar.set('interaction', interaction.uid, { path, expires })
  ctx.oidc.jar.set('resume', interaction.uid, {
    path: ctx.oidc.pathFor(ctx.oidc.returnRoute, { uid: interaction.uid }),
    expires,
  })
  // After those of the interaction, as the documented contract has it.
  setSessionCookie(ctx, session)
  rt.emit('interaction.started', ctx, prompt)
  redirect(ctx, url)
  return RESPONDED
}
