import type { CarryOver } from '../../engine/carry_over.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Step } from '../../engine/runtime.ts'
import { InvalidRequest } from '../../helpers/errors.ts'
import { FAPI } from './reasons.ts'

/** What stands for no profile where a request says under which it was pushed; one that says nothing is older. */
const NONE = 'none'

const inForce = (ctx: Ctx): string => ctx.oidc.profile?.name ?? NONE

/** The profile under which the request was pushed, if there was any. */
export function agreedProfile(ctx: Ctx): string | undefined {
  const { agreedProfile: name } = ctx.oidc.request
  return name === NONE ? undefined : name
}

/** A pushed request says under which profile it was accepted. */
export const agreeOnProfile: Step = (ctx) => ctx.oidc.understand('agreedProfile', inForce(ctx))

/** The rules of another profile were not checked when the request was pushed, and cannot be in front of a browser. */
export const checkAgreedProfile: Step = (ctx) => {
  const { agreedProfile: agreed } = ctx.oidc.request
  if (agreed === undefined || agreed === inForce(ctx)) return
  throw new InvalidRequest(
    'the request was pushed under another security profile',
    400,
    `pushed under ${agreed}, brought under ${inForce(ctx)}`,
  ).because(FAPI.profile_changed, { seen: [inForce(ctx)], accepted: [agreed] })
}

/** It holds until the request is answered. */
export const carryAgreedProfile: CarryOver = {
  name: 'agreedProfile',
  keep: ({ agreedProfile: name }) => (name === undefined ? undefined : { name }),
  restore(oidc, kept) {
    if ('name' in kept && typeof kept.name === 'string') oidc.understand('agreedProfile', kept.name)
  },
}
