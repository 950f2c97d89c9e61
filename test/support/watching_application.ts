import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type Client,
  custom,
  generators,
  type HttpRequestOptions,
  Issuer,
} from '../../lib/relying_party/index.ts'
import type { ClientMetadata } from '../../types/client.ts'
import { type SecureServer, startSecureServer } from './secure_server.ts'
import { CERTIFICATE } from './tls_certificate.ts'

/** Who is signed in at an application, and what it was told with that. */
interface SignedIn {
  readonly accountId: string
  readonly sid: unknown
  readonly sessionState: string
}

const trust = (options: HttpRequestOptions) => ({
  ...options,
  https: { certificateAuthority: CERTIFICATE.cert },
  allowSpecialUseAddresses: true,
})

/** Issuers are found with a trust that ends with the search. */
async function findIssuer(account: string): Promise<Issuer> {
  Issuer[custom.http_options] = trust
  try {
    return await Issuer.webfinger(account)
  } finally {
    delete Issuer[custom.http_options]
  }
}

/**
 * A relying party by `openid-provider/client` that finds its provider by WebFinger, watches the login by the provider's
 * frame, and can be framed to be signed out of.
 */
export class WatchingApplication {
  readonly #server: SecureServer
  readonly #id: string
  readonly #sessions = new Map<string, SignedIn>()
  #client: Client | undefined
  #login = { state: '', verifier: '' }
  #count = 0
  /** How often it was told of a logout, and by what. */
  readonly told: Record<string, string>[] = []
  /** Whether it leaves the frame of a logout without an answer. */
  isSilent = false
  /** Whether its pages send no referrer. */
  hidesItself = false

  constructor(id: string, server: SecureServer) {
    this.#id = id
    this.#server = server
    server.answerBy((req, res) => this.#answer(req, res))
  }

  static async start(id: string, host: 'localhost' | '127.0.0.1'): Promise<WatchingApplication> {
    return new WatchingApplication(id, await startSecureServer(host))
  }

  get origin(): string {
    return this.#server.origin
  }

  get metadata(): ClientMetadata {
    return {
      client_id: this.#id,
      client_secret: `the secret of ${this.#id}, which is long enough`,
      redirect_uris: [`${this.origin}/cb`],
      post_logout_redirect_uris: [`${this.origin}/`],
      frontchannel_logout_uri: `${this.origin}/out`,
      frontchannel_logout_session_required: true,
    }
  }

  /** @param account leads to the provider */
  async findProvider(account: string): Promise<void> {
    const issuer = await findIssuer(account)
    issuer[custom.http_options] = trust
    const { client_id, client_secret = '' } = this.metadata
    this.#client = new issuer.Client({ client_id, client_secret, redirect_uris: [`${this.origin}/cb`] })
    this.#client[custom.http_options] = trust
  }

  get #provider(): Client {
    if (this.#client === undefined) throw new Error('it has not looked for its provider')
    return this.#client
  }

  get issuer() {
    return this.#provider.issuer
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url ?? '/', this.origin)
    const [, cookie = ''] = /app=(\w+)/.exec(req.headers.cookie ?? '') ?? []
    if (pathname === '/login') this.#goToProvider(res, searchParams)
    else if (pathname === '/cb') await this.#signIn(req, res)
    else if (pathname === '/out') this.#signOut(res, cookie, searchParams)
    else this.#showHome(res, this.#sessions.get(cookie))
  }

  #goToProvider(res: ServerResponse, params: URLSearchParams): void {
    this.#login = { state: generators.state(), verifier: generators.codeVerifier() }
    const location = this.#provider.authorizationUrl({
      scope: 'openid',
      state: this.#login.state,
      code_challenge: generators.codeChallenge(this.#login.verifier),
      code_challenge_method: 'S256',
      ...Object.fromEntries(params),
    })
    res.writeHead(303, { location }).end()
  }

  async #signIn(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const client = this.#provider
    const params = client.callbackParams(req)
    const { state, verifier: code_verifier } = this.#login
    try {
      const tokens = await client.callback(`${this.origin}/cb`, params, { state, code_verifier })
      const { sub: accountId, sid } = tokens.claims()
      this.#count += 1
      const cookie = `s${this.#count}`
      this.#sessions.set(cookie, { accountId, sid, sessionState: tokens.session_state ?? '' })
      const attributes = 'Path=/; HttpOnly; Secure; SameSite=None'
      res.writeHead(303, { location: '/', 'set-cookie': `app=${cookie}; ${attributes}` }).end()
    } catch (failure) {
      res.setHeader('content-type', 'text/html').end(`<h1>${params.error ?? String(failure)}</h1>`)
    }
  }

  /** Believes who knows the session only. */
  #signOut(res: ServerResponse, cookie: string, params: URLSearchParams): void {
    this.told.push(Object.fromEntries(params))
    if (this.isSilent) return
    const isKnown =
      params.get('iss') === this.issuer.metadata.issuer &&
      params.get('sid') === this.#sessions.get(cookie)?.sid
    if (isKnown) this.#sessions.delete(cookie)
    res.setHeader('content-type', 'text/html').end('<h1>ok</h1>')
  }

  #showHome(res: ServerResponse, signedIn: SignedIn | undefined): void {
    const { check_session_iframe: frame } = this.issuer.metadata
    const asked = `${this.#id} ${signedIn?.sessionState}`
    if (this.hidesItself) res.setHeader('referrer-policy', 'no-referrer')
    res.setHeader('content-type', 'text/html').end(`<!DOCTYPE html>
<h1>${signedIn === undefined ? 'nobody' : signedIn.accountId}</h1>
${watchingPage(String(frame), asked)}`)
  }
}

/** What frames the provider, and asks it: `await ask(asked)`. */
export const watchingPage = (frame: string, asked: string): string => `<iframe hidden src="${frame}"></iframe>
<script>
const asked = ${JSON.stringify(asked)}
const provider = new URL(${JSON.stringify(frame)}).origin
const answers = []
let heard = () => {}
addEventListener('message', ({ data, origin }) => {
  if (origin !== provider) return
  answers.push(data)
  heard(data)
})
const ask = (question) => new Promise((resolve) => {
  heard = resolve
  frames[0].postMessage(question, provider)
})
</script>`
