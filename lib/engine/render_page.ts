import type { Context } from 'koa'
import { extendPolicy } from '../helpers/http/extend_policy.ts'

/** A page with the policy that goes with it. */
export interface Page {
  html: string
  /** Content-Security-Policy. */
  policy: string
  /** Whether its policy lets somebody frame it. @default false */
  frameable?: boolean
}

/** The Koa parts that a page needs. */
type PageContext = Pick<Context, 'response' | 'set' | 'remove'> & { type: string; body: unknown }

const POLICY = 'content-security-policy'

/** The policy that the host has put on the answer, if any. */
function policyOfHost(ctx: PageContext): string {
  const header = ctx.response.headers[POLICY]
  return header === undefined ? '' : [header].flat().join(', ')
}

/** Answers with a page that nobody can frame, sniff or follow back. @see RFC 6749 §10.13, RFC 9700 §4.16 */
export function renderPage(ctx: PageContext, { html, policy, frameable = false }: Page): void {
  const ofHost = policyOfHost(ctx)
  ctx.type = 'html'
  ctx.set(POLICY, ofHost.trim() === '' ? policy : extendPolicy(ofHost, policy))
  if (frameable) ctx.remove('x-frame-options')
  else ctx.set('x-frame-options', 'DENY')
  ctx.set('referrer-policy', 'no-referrer')
  ctx.set('cache-control', 'no-store')
  ctx.body = html
}
