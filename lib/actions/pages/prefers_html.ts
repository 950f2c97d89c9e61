import type { Context } from 'koa'

/** Browsers say that they do; who takes anything gets JSON. */
export const prefersHtml = (ctx: Pick<Context, 'accepts'>): boolean => ctx.accepts('json', 'html') === 'html'
