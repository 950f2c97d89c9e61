import type { SourceToken } from '../../engine/context.ts'

/** What a refresh token takes over from the code or token it is made from. */
export function inherited(source: SourceToken) {
  return {
    accountId: source.accountId,
    acr: source.acr,
    amr: source.amr,
    authTime: source.authTime,
    claims: source.claims,
    expiresWithSession: source.expiresWithSession,
    grantId: source.grantId,
    nonce: source.nonce,
    resource: source.resource,
    scope: source.scope,
    sessionUid: source.sessionUid,
    sid: source.sid,
  }
}
