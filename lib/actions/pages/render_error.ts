import type { ErrorOut } from '../../../types/errors.ts'
import type { Ctx } from '../../engine/context.ts'
import { errorOut } from '../../engine/failure.ts'
import { renderPage } from '../../engine/render_page.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { asError } from '../../helpers/as_error.ts'
import type { OIDCProviderError } from '../../helpers/errors.ts'
import { errorPage } from './error_page.ts'

/** Browsers say that they do; who takes anything gets JSON. */
const prefersHtml = (ctx: Ctx): boolean => ctx.accepts('json', 'html') === 'html'

/** A page for browsers that prefer one, JSON for everybody else. */
function renderByDefault(ctx: Ctx, out: ErrorOut): void {
  if (prefersHtml(ctx)) renderPage(ctx, errorPage(out))
  else ctx.body = out
}

/** Shows an error to whoever is here, the host's way if it has one: what is accepted is for it to look at. */
export async function renderError(ctx: Ctx, rt: Runtime, error: OIDCProviderError): Promise<void> {
  const state = ctx.oidc.param('state')
  const out = { ...errorOut(error), ...(state === undefined ? {} : { state }), iss: rt.issuer }
  ctx.status = error.status
  const { renderError: configured } = rt.configuration
  if (configured === undefined) return renderByDefault(ctx, out)
  try {
    await configured(ctx, out, error)
  } catch (failure) {
    rt.emit('server_error', ctx, asError(failure))
    renderByDefault(ctx, out)
  }
}
