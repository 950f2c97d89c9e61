import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { memoryAdapter } from '../adapters/memory.ts'
import { Provider } from '../index.ts'
import { makeConfiguration, type Parts } from './configuration.ts'
import { type Fault, Faults } from './faults/faults.ts'
import { checkReach, readFault } from './faults/read_fault.ts'
import { Given, refuseUnknown } from './given.ts'
import { SigningKeys } from './keys/signing_keys.ts'
import { acceptLoopbackUris, withOpenClients } from './open_clients.ts'
import { EXAMPLE_USERS, OPTION_NAMES, type TestProviderOptions, type UserClaims } from './options.ts'
import { screens } from './screens/screens.ts'
import { authorize, type Reach } from './tokens/browserless.ts'
import { type LogInOptions, logIn, type Tokens } from './tokens/log_in.ts'
import { type MintRequest, mint } from './tokens/mint.ts'
import { readMintRequest } from './tokens/read_mint_request.ts'
import { expire, revoke } from './tokens/stored_tokens.ts'
import { Users } from './users.ts'

/** Prepares each provider that a test provider goes through; `rotateKeys()` makes a new one. */
export type Preparation = (provider: Provider, test: TestProvider) => void

/** A provider that runs for tests. Made by {@link startTestProvider}. */
export class TestProvider {
  readonly #server: Server
  readonly #parts: Parts
  readonly #reach: Reach
  readonly #faults: Faults
  readonly #prepare: Preparation
  #provider: Provider

  /** @internal */
  constructor(server: Server, port: number, options: TestProviderOptions, prepare: Preparation) {
    const { issuer = `http://localhost:${port}`, seed = randomBytes(32).toString('hex') } = options
    const base = new URL(issuer).pathname.replace(/\/$/, '')
    const keys = new SigningKeys(seed)
    const storage = memoryAdapter()
    this.#server = server
    this.#faults = new Faults(keys)
    this.#reach = { issuer, origin: `http://localhost:${port}`, screens: `${base}/interaction/` }
    this.#parts = {
      options,
      adapter: options.anyClient === false ? storage : withOpenClients(storage),
      keys,
      users: new Users(Object.entries(options.users ?? EXAMPLE_USERS)),
      screens: this.#reach.screens,
    }
    this.#prepare = prepare
    this.#provider = this.#make()
  }

  /** Its issuer identifier. */
  get issuer(): string {
    return this.#reach.issuer
  }

  /** The provider that answers; `rotateKeys()` and new names of claims put another one in its place. */
  get provider(): Provider {
    return this.#provider
  }

  /** Who may log in, by `sub`. */
  get users(): ReadonlyMap<string, UserClaims> {
    return this.#parts.users
  }

  /** Ends it, open connections included. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  /**
   * Goes with an authorization request as a browser would, and picks this user where somebody is asked.
   * @returns the client's redirect URI with the answer: a code, or an error
   * @throws Error with the answer, when the provider shows a page instead
   * @example
   * const callback = await op.authorize(client.authorizationUrl(…), 'alice')
   */
  authorize(url: string | URL, user: string): Promise<URL> {
    return authorize(this.#reach, String(url), user)
  }

  /**
   * Logs somebody in at a client with the authorization code flow and PKCE.
   * @throws Error with the answer, when anything is refused
   * @example
   * const { access_token, id_token } = await op.logIn('alice', 'app', { scope: 'openid email' })
   */
  logIn(user: string, client: string, options?: LogInOptions): Promise<Tokens> {
    return logIn(this.#provider, this.#reach, user, client, options)
  }

  /**
   * Issues a token without any request, right or wrong.
   * @throws TypeError naming the member that is not known, or of the wrong type
   * @example
   * const stale = await op.mint({ kind: 'IdToken', client: 'app', user: 'alice', expiresIn: -60 })
   */
  async mint(request: MintRequest): Promise<string> {
    const asked = readMintRequest(new Given({ ...request }), 'expiresIn')
    refuseUnknown('mint', request, Object.keys(asked))
    return mint(this.#provider, this.#parts.keys, asked)
  }

  /** Makes a code, opaque access token or refresh token one that has expired. @throws TypeError for signed ones */
  expire(token: string): Promise<void> {
    return expire(this.#provider, token)
  }

  /** Revokes an opaque access token, or a refresh token or code with all of its grant. @throws TypeError for signed ones */
  revoke(token: string): Promise<void> {
    return revoke(this.#provider, token)
  }

  /** Signs with a new key from now on; the former ones stay published. @returns the new `kid` */
  rotateKeys(): string {
    const kid = this.#parts.keys.rotate()
    this.#provider = this.#make()
    return kid
  }

  /** Gives somebody these claims instead of those there were; a new `sub` is a new user. */
  changeUser(sub: string, claims: UserClaims): void {
    const { users } = this.#parts
    const before = JSON.stringify(users.claimsByScope())
    users.set(sub, { ...claims })
    if (JSON.stringify(users.claimsByScope()) !== before) this.#provider = this.#make()
  }

  /**
   * Has something go wrong at an endpoint.
   * @throws TypeError when it could never happen: there is no such endpoint, or nothing of that kind in its answers
   * @example
   * op.fault({ path: '/token', kind: 'tampered signature' })
   */
  fault(fault: Fault): void {
    const asked = readFault(new Given({ ...fault }))
    refuseUnknown('fault', fault, Object.keys(asked))
    checkReach(asked, this.#provider)
    this.#faults.add(asked)
  }

  /** A provider with the keys and claims as they are now, on the same storage. */
  #make(): Provider {
    const { options, users } = this.#parts
    const { issuer } = this.#reach
    const provider = new Provider(issuer, makeConfiguration(this.#parts))
    provider.proxy = issuer.startsWith('https:')
    if (options.anyClient !== false) acceptLoopbackUris(provider)
    const { pathname } = new URL(issuer)
    provider.use(this.#faults.middleware(provider, pathname.replace(/\/$/, '')))
    provider.use(
      screens({
        provider,
        users,
        path: this.#reach.screens,
        autoLogin: options.autoLogin === true,
        changeUser: (sub, claims) => this.changeUser(sub, claims),
      }),
    )
    this.#prepare(provider, this)
    return provider
  }
}

/** Nobody has to get in by these screens who is somebody in earnest. */
function refuseProduction(): void {
  if (process.env['NODE_ENV'] === 'production')
    throw new TypeError(
      'this provider lets anybody log in as anybody: it does not start where NODE_ENV is production',
    )
}

/**
 * Starts a provider for tests: a real one, which refuses what has to be refused, with users to pick from in place of
 * passwords. It listens on this device only, and keeps everything in memory.
 * @param prepare is handed every provider before it answers, to add middleware and listeners
 * @throws TypeError when `NODE_ENV` is `production`, or an option is not known
 * @example
 * const op = await startTestProvider({ users: { alice: { email: 'alice@example.com' } } })
 * const { id_token } = await op.logIn('alice', 'any-client', { scope: 'openid email' })
 * await op.stop()
 */
export async function startTestProvider(
  options: TestProviderOptions = {},
  prepare: Preparation = () => undefined,
): Promise<TestProvider> {
  refuseProduction()
  refuseUnknown('startTestProvider', options, OPTION_NAMES)
  const server = createServer().listen(options.port ?? 0, options.host ?? 'localhost')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('it listens at no port')
  try {
    const test = new TestProvider(server, address.port, options, prepare)
    server.on('request', (req, res) => void test.provider.callback()(req, res))
    return test
  } catch (error) {
    server.close()
    throw error
  }
}
