/** What somebody agreed to, as the documentation of version 8 adds it to a grant. */
export async function grantFor(provider, { prompt: { details }, params, session: { accountId }, grantId }) {
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId, clientId: params.client_id })
  if (details.missingOIDCScope) grant.addOIDCScope(details.missingOIDCScope.join(' '))
  if (details.missingOIDCClaims) grant.addOIDCClaims(details.missingOIDCClaims)
  if (details.missingResourceScopes) {
    for (const [indicator, scopes] of Object.entries(details.missingResourceScopes)) {
      grant.addResourceScope(indicator, scopes.join(' '))
    }
  }
  const saved = await grant.save()
  // What was granted before stays as it is.
  return grantId ? {} : { grantId: saved }
}

export const loginPage = (
  client,
  uid,
) => `<!doctype html><h1>Sign in to ${client?.clientName ?? client?.clientId}</h1>
<form action="/interaction/${uid}/login" method="post"><input name="login"><button>Sign in</button></form>`

export const consentPage = (
  client,
  uid,
  { missingOIDCScope = [] },
) => `<!doctype html><h1>${client?.clientId} asks</h1>
<ul>${missingOIDCScope.map((scope) => `<li>${scope}</li>`).join('')}</ul>
<form action="/interaction/${uid}/confirm" method="post"><button>Continue</button></form>
<a href="/interaction/${uid}/abort">Cancel</a>`
