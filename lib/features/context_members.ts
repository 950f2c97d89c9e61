import type { ContextMembers } from '../engine/context_members.ts'
import { deviceFlowContext } from './device_flow/members.ts'
import { fapiContext } from './fapi/members.ts'
import { registrationContext } from './registration/members.ts'

/** What features answer on `ctx.oidc`; it is there also while the feature is off. */
export const CONTEXT_MEMBERS: readonly ContextMembers[] = [
  deviceFlowContext,
  fapiContext,
  registrationContext,
]
