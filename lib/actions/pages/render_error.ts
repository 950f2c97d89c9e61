import type { Ctx } from '../../engine/context.ts'
import { errorOut } from '../../engine/failure.ts'
import { renderPage } from '../../engine/render_page.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { asError } from '../../helpers/as_error.ts'
import type { OIDCProviderError } from '../../helpers/errors.ts'
import { errorPage } from './error_page.ts'

/** Browsers say that they do; who takes anything gets JSON. */
const prefersHtml = (ctx: Ctx): boolean => ctx.accepts('json', 'html') === 'html'

/** Shows an error to whoever is here: a page for browsers that prefer one, JSON for everybody else. */
export async function renderError(ctx: Ctx, rt: Runtime, error: OIDCProviderError): Promise<void> {
  const state = ctx.oidc.param('state')
  const out = { ...errorOut(error), ...(state === undefined ? {} : { state }), iss: rt.issuer }
  ctx.status = error.status
  if (!prefersHtml(ctx)) {
    ctx.body = out
    return
  }
  const { renderError: configured } = rt.configuration
  try {
    if (configured === undefined) renderPage(ctx, errorPage(out))
    else await configured(ctx, out, error)
  } catch (failure) {
    rt.emit('server_error', ctx, asError(failure))
    renderPage(ctx, errorPage(out))
  }
}
