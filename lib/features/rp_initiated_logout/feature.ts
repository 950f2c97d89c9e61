import type { KoaContextWithOIDC } from '../../../types/context.ts'
import { appearanceOf } from '../../actions/pages/appearance_of.ts'
import { renderPage } from '../../engine/render_page.ts'
import { defineFeature } from '../define_feature.ts'
import { endSession } from './end_session.ts'
import { endSessionConfirm } from './end_session_confirm.ts'
import { endSessionSuccess } from './end_session_success.ts'
import { logoutPage, logoutSuccessPage } from './logout_page.ts'
import { logoutTexts } from './texts.ts'

const logoutSource = (ctx: KoaContextWithOIDC, form: string): void =>
  renderPage(ctx, logoutPage(appearanceOf(ctx), { form, host: new URL(ctx.oidc.issuer).host }))

function postLogoutSuccessSource(ctx: KoaContextWithOIDC): void {
  const { client, session } = ctx.oidc
  const isSignedIn = session?.accountId !== undefined
  renderPage(ctx, logoutSuccessPage(appearanceOf(ctx), { client, isSignedIn }))
}

export const rpInitiatedLogout = defineFeature({
  name: 'rpInitiatedLogout',
  spec: 'OpenID Connect RP-Initiated Logout 1.0',
  defaults: { enabled: true, logoutSource, postLogoutSuccessSource },
  texts: [logoutTexts],
  contribute: () => ({
    actions: [endSession, endSessionConfirm, endSessionSuccess],
    metadata: (urlFor) => ({ end_session_endpoint: urlFor('end_session') }),
  }),
})
