import { provider } from '../../../provider.js'

export const config = { api: { externalResolver: true } }

async function consentTo({ grantId, session, params, prompt: { details } }) {
  const { Grant } = provider
  const known = grantId && (await Grant.find(grantId))
  const grant = known || new Grant({ accountId: session.accountId, clientId: params.client_id })
  if (details.missingOIDCScope) grant.addOIDCScope(details.missingOIDCScope.join(' '))
  if (details.missingOIDCClaims) grant.addOIDCClaims(details.missingOIDCClaims)
  return { grantId: await grant.save() }
}

export default async function answer(req, res) {
  // A page of somebody else must not answer for whoever sits there.
  if (req.method !== 'POST' || req.headers.origin !== new URL(provider.issuer).origin)
    return res.status(403).end()
  try {
    const interaction = await provider.interactionDetails(req, res)
    const isLogin = interaction.prompt.name === 'login'
    // Check a password here.
    const result = isLogin
      ? { login: { accountId: req.body.login } }
      : { consent: await consentTo(interaction) }
    await provider.interactionFinished(req, res, result)
  } catch {
    res.status(400).send('Start again in the application.')
  }
}
