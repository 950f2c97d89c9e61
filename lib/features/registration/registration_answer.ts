import type { Ctx } from '../../engine/context.ts'

/** Everything there is to know about a client, and how it gets here again. @see RFC 7591 §3.2.1, RFC 7592 §3 */
export function registrationAnswer(ctx: Ctx, registrationAccessToken: string | undefined): object {
  const client = ctx.oidc.loaded('Client')
  if (registrationAccessToken === undefined) return client.metadata()
  return {
    ...client.metadata(),
    registration_client_uri: ctx.oidc.urlFor('client', { clientId: client.clientId }),
    registration_access_token: registrationAccessToken,
  }
}
