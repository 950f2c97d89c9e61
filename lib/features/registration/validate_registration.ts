import { validateClientMetadata } from '../../clients/metadata/validate_client_metadata.ts'
import { withClientDefaults } from '../../clients/metadata/with_client_defaults.ts'
import { checkSectorDocument } from '../../clients/sector_document.ts'
import type { Step } from '../../engine/runtime.ts'

/** Makes a secret for a client that needs one and has none, and takes it from one that needs none. @see RFC 7591 §3.2.1 */
export const provideSecret: Step = async (ctx, rt) => {
  const draft = ctx.oidc.understood('registration')
  if (!rt.models.Client.needsSecret(withClientDefaults(draft, rt.clientRules))) {
    delete draft['client_secret']
    delete draft['client_secret_expires_at']
    return
  }
  draft['client_secret'] ??= await rt.configuration.features.registration.secretFactory(ctx)
  draft['client_secret_expires_at'] ??= 0
}

/** @see OpenID Connect Dynamic Client Registration 1.0 §5 */
export const checkSector: Step = (ctx, rt) => checkSectorDocument(rt, ctx.oidc.loaded('Client'))

/** @see RFC 7591 §2, §3.2.2 */
export const validateRegistration: Step = (ctx, rt) => {
  const metadata = validateClientMetadata(ctx.oidc.understood('registration'), rt.clientRules, ctx)
  ctx.oidc.entity('Client', new rt.models.Client(metadata, rt.clientRules))
}
