import type { ClientView } from './client_view.ts'

/** The client that sent the end-user here. */
export interface Application extends ClientView {
  readonly initiateLoginUri?: string | undefined
  readonly redirectUris: readonly string[]
}

const isWeb = (uri: string | undefined): uri is string =>
  uri !== undefined && URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol)

/**
 * Where an end-user can start again: where the application starts a login, its home page, or the site that
 * answers go to.
 * @see OpenID Connect Core 1.0 §4 (initiate_login_uri)
 */
export function wayBack(
  { initiateLoginUri, clientUri, redirectUris }: Application,
  issuer: string,
  redirectUri: unknown,
): string | undefined {
  if (isWeb(initiateLoginUri)) {
    const start = new URL(initiateLoginUri)
    start.searchParams.set('iss', issuer)
    return start.href
  }
  if (isWeb(clientUri)) return clientUri
  const target = typeof redirectUri === 'string' ? redirectUri : redirectUris[0]
  return isWeb(target) ? new URL('/', target).href : undefined
}
