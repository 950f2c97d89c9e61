import { prefersHtml } from '../../actions/pages/prefers_html.ts'
import { submittingPage } from '../../actions/pages/submitting_page.ts'
import type { Ctx } from '../../engine/context.ts'
import { renderPage } from '../../engine/render_page.ts'
import { RESPONDED, type Step } from '../../engine/runtime.ts'

/** What the form says that was sent from here. */
export const FROM_HERE = 'sent_from_here'

const fieldsOf = ({ oidc }: Ctx): Record<string, string | undefined> =>
  Object.fromEntries([...oidc.recognised.known].map((name) => [name, oidc.param(name)]))

/**
 * A form that comes from another site does not carry cookies that are `SameSite=Lax`, so somebody who is logged in
 * would look as if they were not. The same form is sent once more, from a page of ours.
 * @see RFC 6265bis §5.6.7.1, OpenID Connect RP-Initiated Logout 1.0 §2
 */
export const sendAgainFromHere: Step = (ctx) => {
  if (ctx.method !== 'POST' || ctx.oidc.param(FROM_HERE) !== undefined || !prefersHtml(ctx)) return
  if (ctx.oidc.jar.get('session') !== undefined) return
  const fields = { ...fieldsOf(ctx), [FROM_HERE]: 'yes' }
  renderPage(ctx, submittingPage(ctx.oidc.appearance, { action: ctx.oidc.pathFor('end_session'), fields }))
  return RESPONDED
}
