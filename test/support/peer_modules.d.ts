/** What tests use of another provider; everything else about it is none of our business. */
interface PeerProvider {
  callback(): (req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse) => void
  interactionDetails(
    req: import('node:http').IncomingMessage,
    res: import('node:http').ServerResponse,
  ): Promise<{ prompt: { name: string; details: Record<string, unknown> }; params: Record<string, unknown> }>
  interactionResult(
    req: import('node:http').IncomingMessage,
    res: import('node:http').ServerResponse,
    result: Record<string, unknown>,
    options?: { mergeWithLastSubmission: boolean },
  ): Promise<string>
  Grant: new (properties: {
    accountId: string
    clientId: string
  }) => {
    addOIDCScope(scope: string): void
    addOIDCClaims(claims: string[]): void
    save(): Promise<string>
  }
}

declare module 'oidc-provider-8' {
  const Provider: new (issuer: string, configuration: Record<string, unknown>) => PeerProvider
  export default Provider
}

declare module 'oidc-provider-9' {
  const Provider: new (issuer: string, configuration: Record<string, unknown>) => PeerProvider
  export default Provider
}

/** The releases that our client is documented like; what they have in their own types is none of our business. */
declare module 'openid-client4' {
  export const Issuer: typeof import('../../lib/relying_party/issuer.ts').Issuer
  export const custom: typeof import('../../lib/relying_party/custom.ts').custom
}

declare module 'openid-client5' {
  export const Issuer: typeof import('../../lib/relying_party/issuer.ts').Issuer
  export const custom: typeof import('../../lib/relying_party/custom.ts').custom
}
