import type { ErrorOut } from '../../../types/errors.ts'
import type { Ctx } from '../../engine/context.ts'
import { errorOut } from '../../engine/failure.ts'
import { renderPage } from '../../engine/render_page.ts'
import type { Runtime } from '../../engine/runtime.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { type OIDCProviderError, SessionNotFound } from '../../helpers/errors.ts'
import { statusOf } from '../../helpers/http/error_on_the_wire.ts'
import { InteractionUnresolved } from '../authorization/interaction/unresolved.ts'
import { type ErrorView, errorPage } from './error_page.ts'
import { prefersHtml } from './prefers_html.ts'
import { errorTexts } from './texts/error_texts.ts'
import { wayBack } from './way_back.ts'

/** What the page says of errors that are neither the application's nor the end-user's doing. */
function viewOf(ctx: Ctx, rt: Runtime, error: OIDCProviderError, appearance: Appearance): ErrorView {
  const texts = appearance.texts(errorTexts)
  const isLost = error instanceof SessionNotFound
  if (!isLost && !(error instanceof InteractionUnresolved)) return {}
  const { Client: client, Interaction: interaction } = ctx.oidc.entities
  const url =
    client === undefined ? undefined : wayBack(client, rt.issuer, interaction?.params['redirect_uri'])
  const view = isLost ? { title: texts.lost, hint: texts.lostBecause } : { hint: texts.unresolved }
  if (client === undefined || url === undefined)
    return { ...view, hint: `${view.hint}${appearance.space}${texts.goBack}` }
  return { ...view, back: { client, url } }
}

/** A page for browsers that prefer one, JSON for everybody else. */
function renderByDefault(ctx: Ctx, rt: Runtime, out: ErrorOut, error: OIDCProviderError): void {
  if (!prefersHtml(ctx)) {
    ctx.body = out
    return
  }
  const { appearance } = ctx.oidc
  renderPage(ctx, errorPage(appearance, out, viewOf(ctx, rt, error, appearance)))
}

/** Shows an error to whoever is here, the host's way if it has one: what is accepted is for it to look at. */
export async function renderError(ctx: Ctx, rt: Runtime, error: OIDCProviderError): Promise<void> {
  const state = ctx.oidc.param('state')
  const out = { ...errorOut(error), ...(state === undefined ? {} : { state }), iss: rt.issuer }
  ctx.status = statusOf(error)
  const { renderError: configured } = rt.configuration
  if (configured === undefined) return renderByDefault(ctx, rt, out, error)
  try {
    await configured(ctx, out, error)
  } catch (failure) {
    rt.serverError(ctx, failure)
    renderByDefault(ctx, rt, out, error)
  }
}
