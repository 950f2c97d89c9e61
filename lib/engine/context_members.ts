import type { RequestContext } from './context.ts'

/** What a feature adds to `ctx.oidc`: property descriptors for the prototype of each provider's own class. */
export type ContextMembers = PropertyDescriptorMap & ThisType<RequestContext>

export const defineContextMembers = (members: ContextMembers): ContextMembers => members
