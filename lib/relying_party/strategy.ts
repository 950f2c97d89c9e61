import type { UserinfoResponse } from '../../types/relying_party/claims.ts'
import type {
  AuthorizationParameters,
  CallbackParamsType,
  OpenIDCallbackChecks,
} from '../../types/relying_party/parameters.ts'
import { isRecord } from '../helpers/is_record.ts'
import { isJwtResponseMode } from '../helpers/response_mode.ts'
import { words } from '../helpers/words.ts'
import type { Client } from './client.ts'
import { OPError, RPError } from './errors.ts'
import { generators } from './generators.ts'
import { type CallbackRequest, loginHint } from './requests/callback_params.ts'
import type { TokenSet } from './token_set.ts'

/** What a request has behind passport and a session. */
export interface StrategyRequest {
  method?: string | undefined
  url?: string | undefined
  body?: unknown
  session?: unknown
}

/**
 * Ends a login: with a person, without one, or with an error; the first time it is called counts. What the verify
 * function throws before that, or rejects with, is an error as well.
 */
export type StrategyDone<User> = (error: unknown, user?: User | false | null, info?: object) => void

export type StrategyVerifyCallback<User> = (tokenset: TokenSet, done: StrategyDone<User>) => void
export type StrategyVerifyCallbackUserInfo<User> = (
  tokenset: TokenSet,
  userinfo: UserinfoResponse,
  done: StrategyDone<User>,
) => void
export type StrategyVerifyCallbackReq<User, Req> = (
  req: Req,
  tokenset: TokenSet,
  done: StrategyDone<User>,
) => void
export type StrategyVerifyCallbackReqUserInfo<User, Req> = (
  req: Req,
  tokenset: TokenSet,
  userinfo: UserinfoResponse,
  done: StrategyDone<User>,
) => void

export interface StrategyOptions {
  client: Client
  /** Parameters of each authorization request. */
  params?: AuthorizationParameters | undefined
  /** Whether `verify` gets the request first. @default false */
  passReqToCallback?: boolean | undefined
  /** The PKCE method; `true` takes what the issuer supports, S256 where it does not say. @default true @see RFC 7636 */
  usePKCE?: boolean | 'S256' | 'plain' | undefined
  /** Member of the session to keep the login in. @default 'oidc:' and the issuer's host name */
  sessionKey?: string | undefined
}

/** Parameters of one request, as `passport.authenticate` gets them. */
export type AuthenticateOptions = Readonly<Record<string, unknown>>

/** Options of passport's own; they are not sent to the issuer. */
const OF_PASSPORT: ReadonlySet<string> = new Set([
  'assignProperty',
  'authInfo',
  'failureFlash',
  'failureMessage',
  'failureRedirect',
  'failWithError',
  'keepSessionInfo',
  'session',
  'successFlash',
  'successMessage',
  'successRedirect',
  'successReturnToOrRedirect',
])

/** A login that is under way, as the session keeps it. */
type Pending = OpenIDCallbackChecks & { redirect_uri?: string | undefined }

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** What came back from the session's storage. */
function readPending(kept: unknown): Pending | undefined {
  if (!isRecord(kept) || typeof kept['state'] !== 'string') return undefined
  const maxAge = kept['max_age']
  return {
    state: kept['state'],
    nonce: text(kept['nonce']),
    code_verifier: text(kept['code_verifier']),
    response_type: text(kept['response_type']),
    redirect_uri: text(kept['redirect_uri']),
    jarm: kept['jarm'] === true,
    ...(typeof maxAge === 'number' ? { max_age: maxAge } : {}),
  }
}

/** @throws TypeError for one that is unknown @see RFC 7636 §4.2, RFC 9700 §2.1.1 */
function pkceMethod({ client, usePKCE = true }: StrategyOptions): 'S256' | 'plain' | undefined {
  if (usePKCE === false) return undefined
  const { code_challenge_methods_supported: supported } = client.issuer.metadata
  if (usePKCE === true) return Array.isArray(supported) && !supported.includes('S256') ? 'plain' : 'S256'
  if (usePKCE === 'S256' || usePKCE === 'plain') return usePKCE
  throw new TypeError(`${usePKCE} is not valid/implemented PKCE code_challenge_method`)
}

/** The request is one that the issuer sent back; `iss` alone is of a third party that starts a login. */
const isResponse = ({ iss: _, ...params }: CallbackParamsType) => Object.keys(params).length > 0

/** What a third party says about the login that it starts. @throws RPError @see OpenID Connect Core 1.0 §4 */
function initiation(client: Client, { iss }: CallbackParamsType, request: CallbackRequest) {
  const { issuer } = client.issuer.metadata
  if (iss === undefined) return {}
  if (iss !== issuer)
    throw new RPError(`a login is to be started at another issuer, expected ${issuer}, got: ${iss}`)
  const login_hint = loginHint(request)
  return login_hint === undefined ? {} : { login_hint }
}

/** Logs people in by OpenID Connect, for passport. */
export class Strategy<User = unknown, Req extends StrategyRequest = StrategyRequest> {
  readonly name: string
  // These are passport's: it makes an object of this for each request, with these methods.
  declare success: (user: User, info?: object) => void
  declare fail: (challenge?: unknown, status?: number) => void
  declare redirect: (url: string, status?: number) => void
  declare pass: () => void
  declare error: (error: unknown) => void
  // Fields, not private names: passport's objects only inherit from this one.
  readonly _options: StrategyOptions
  readonly _key: string
  readonly _method: 'S256' | 'plain' | undefined
  readonly _verify: (given: readonly unknown[]) => unknown
  readonly _wantsUserinfo: boolean

  /** @throws TypeError */
  constructor(
    options: StrategyOptions & { passReqToCallback: true },
    verify: StrategyVerifyCallbackReq<User, Req>,
  )
  constructor(
    options: StrategyOptions & { passReqToCallback: true },
    verify: StrategyVerifyCallbackReqUserInfo<User, Req>,
  )
  constructor(
    options: StrategyOptions & { passReqToCallback?: false | undefined },
    verify: StrategyVerifyCallback<User>,
  )
  constructor(
    options: StrategyOptions & { passReqToCallback?: false | undefined },
    verify: StrategyVerifyCallbackUserInfo<User>,
  )
  constructor(options: StrategyOptions, verify: unknown) {
    if (typeof options?.client?.callback !== 'function')
      throw new TypeError('client must be an instance of issuer.Client')
    if (typeof verify !== 'function') throw new TypeError('verify callback must be a function')
    const { hostname } = new URL(options.client.issuer.metadata.issuer)
    this.name = hostname
    this._options = options
    this._key = options.sessionKey ?? `oidc:${hostname}`
    this._method = pkceMethod(options)
    this._verify = (given) => Reflect.apply(verify, undefined, given)
    this._wantsUserinfo = verify.length > (options.passReqToCallback === true ? 3 : 2)
  }

  /** Sends the browser to the issuer or, when it comes back, logs the person in. */
  authenticate(req: Req, options: AuthenticateOptions = {}): void {
    this._authenticate(req, options).catch((error) => this._failed(error))
  }

  async _authenticate(req: Req, options: AuthenticateOptions): Promise<void> {
    const { session } = req
    if (typeof session !== 'object' || session === null)
      throw new TypeError('authentication requires session support')
    const { client } = this._options
    const request = { method: req.method, url: req.url, body: req.body ?? {} }
    const params = client.callbackParams(request)
    if (!isResponse(params)) return this._start(session, options, initiation(client, params, request))
    const pending = readPending(Reflect.get(session, this._key))
    // Once, whatever comes of it: a second response to one request is somebody else's.
    Reflect.deleteProperty(session, this._key)
    if (pending === undefined) throw missingSession(this._key)
    const { redirect_uri: redirectUri, ...checks } = pending
    await this._finish(req, await client.callback(redirectUri, params, checks))
  }

  _start(session: object, options: AuthenticateOptions, said: AuthorizationParameters): void {
    const { client, params } = this._options
    const given = Object.fromEntries(Object.entries(options).filter(([name]) => !OF_PASSPORT.has(name)))
    // What the host says counts before what a third party does.
    const asked: AuthorizationParameters = { ...said, ...params, ...given }
    const responseType = asked.response_type ?? client.metadata.response_types?.[0] ?? 'code'
    const isOpenId = words(asked.scope ?? 'openid').includes('openid')
    const verifier =
      this._method !== undefined && words(responseType).includes('code')
        ? generators.codeVerifier()
        : undefined
    const sent: AuthorizationParameters = {
      redirect_uri: client.metadata.redirect_uris?.[0],
      response_type: responseType,
      state: generators.state(),
      ...(isOpenId ? { nonce: generators.nonce() } : {}),
      ...asked,
      ...(verifier === undefined
        ? {}
        : { code_challenge: challengeOf(verifier, this._method), code_challenge_method: this._method }),
    }
    const isAged = sent.max_age !== undefined && sent.max_age !== null
    const maxAge = isAged ? { max_age: Number(sent.max_age) } : {}
    const { state, nonce, redirect_uri, response_mode: mode } = sent
    const jarm = typeof mode === 'string' && isJwtResponseMode(mode)
    Reflect.set(session, this._key, {
      state,
      nonce,
      redirect_uri,
      response_type: responseType,
      code_verifier: verifier,
      jarm,
      ...maxAge,
    })
    this.redirect(client.authorizationUrl(sent))
  }

  async _finish(req: Req, tokens: TokenSet): Promise<void> {
    const { client, passReqToCallback } = this._options
    const userinfo = this._wantsUserinfo ? [await client.userinfo(tokens)] : []
    let isOver = false
    const done: StrategyDone<User> = (error, user, info) => {
      if (isOver) return
      this._tell(error, user, info)
      isOver = true
    }
    try {
      await this._verify([...(passReqToCallback === true ? [req] : []), tokens, ...userinfo, done])
    } catch (error) {
      // Passport answers a request once: what fails after that has nobody left to be told to.
      if (!isOver) throw error
    }
  }

  _tell(error: unknown, user?: User | false | null, info?: object): void {
    if (error !== undefined && error !== null) this.error(error)
    else if (user === undefined || user === false || user === null) this.fail(info)
    else this.success(user, info)
  }

  /** What the person or a stranger did is a login that failed; what is ours or the issuer's is an error. */
  _failed(error: unknown): void {
    const isIssuers = error instanceof OPError && (error.error === undefined || OF_ISSUER.test(error.error))
    if ((error instanceof OPError && !isIssuers) || error instanceof RPError) this.fail(error)
    else this.error(error)
  }
}

/** Errors that nobody in front of the browser can do anything about. */
const OF_ISSUER = /^(?:server_error|invalid.*|unauthorized_client|unsupported_.*)$/

const challengeOf = (verifier: string, method: 'S256' | 'plain' | undefined) =>
  method === 'S256' ? generators.codeChallenge(verifier) : verifier

const missingSession = (key: string) =>
  new RPError(
    `did not find expected authorization request details in session, req.session["${key}"] is missing or malformed`,
  )
