import type { Step } from '../../../engine/runtime.ts'

/**
 * Puts the interrupted request back in place. The rules run again after it: the client may have changed since.
 */
export const restoreRequest: Step = (ctx, rt) => {
  const interaction = ctx.oidc.loaded('Interaction')
  const params: Record<string, string | readonly string[]> = {}
  for (const [name, value] of Object.entries(interaction.params)) {
    if (typeof value === 'string') params[name] = value
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) params[name] = value
  }
  ctx.oidc.takeParameters({ params: Object.freeze(params), malformed: new Map() })
  for (const { name, restore } of rt.carryOver) {
    const kept = interaction.carried?.[name]
    if (kept !== undefined) restore(ctx.oidc, kept)
  }
  ctx.oidc.trusted = interaction.trusted ?? []
  if (interaction.cid !== undefined) ctx.oidc.continueAs(interaction.cid)
}
