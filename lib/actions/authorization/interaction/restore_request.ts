import type { Step } from '../../../engine/runtime.ts'
import type { ReadParameters } from '../../../helpers/http/parameters.ts'

/** Parameters as they were stored with a request. */
export function storedParameters(stored: Readonly<Record<string, unknown>>): ReadParameters {
  const params: Record<string, string | readonly string[]> = {}
  for (const [name, value] of Object.entries(stored)) {
    if (typeof value === 'string') params[name] = value
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) params[name] = value
  }
  return { params: Object.freeze(params), malformed: new Map() }
}

/**
 * Puts the interrupted request back in place. The rules run again after it: the client may have changed since.
 */
export const restoreRequest: Step = (ctx, rt) => {
  const interaction = ctx.oidc.loaded('Interaction')
  ctx.oidc.takeParameters(storedParameters(interaction.params))
  for (const { name, restore } of rt.carryOver) {
    const kept = interaction.carried?.[name]
    if (kept !== undefined) restore(ctx.oidc, kept)
  }
  ctx.oidc.trusted = interaction.trusted ?? []
  if (interaction.cid !== undefined) ctx.oidc.continueAs(interaction.cid)
}
