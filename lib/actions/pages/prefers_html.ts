import type { Ctx } from '../../engine/context.ts'

/** Browsers say that they do; who takes anything gets JSON. */
export const prefersHtml = (ctx: Ctx): boolean => ctx.accepts('json', 'html') === 'html'
