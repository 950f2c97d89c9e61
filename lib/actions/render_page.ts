import type { Ctx } from '../context.ts'

/** A page with the policy that goes with it. */
export interface Page {
  html: string
  /** Content-Security-Policy. */
  policy: string
}

/** Answers with a page that nobody can frame, sniff or follow back. @see RFC 6749 §10.13, RFC 9700 §4.16 */
export function renderPage(ctx: Ctx, { html, policy }: Page): void {
  ctx.type = 'html'
  ctx.set('content-security-policy', policy)
  ctx.set('x-frame-options', 'DENY')
  ctx.set('referrer-policy', 'no-referrer')
  ctx.set('cache-control', 'no-store')
  ctx.body = html
}
