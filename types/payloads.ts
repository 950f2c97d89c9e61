import type { ClaimsParameter, ClaimsParameterMember } from './account.ts'

/** What every stored model carries. */
export interface ModelPayload {
  /** Identifier, and the key it is stored under. */
  jti: string
  /** Name of the model. */
  kind: string
  /** When it was created, epoch seconds. */
  iat: number
  /** When it stops being valid, epoch seconds; absent means never. */
  exp?: number | undefined
}

/** Members of models that may be used once. */
export interface ConsumablePayload {
  /** When it was used up, epoch seconds. */
  consumed?: unknown
  /** Which attempt used it up. */
  attempt?: string | undefined
}

/** Members of models issued under a {@link Grant}. */
export interface GrantBoundPayload {
  /** The grant it is issued under, and ends with. */
  grantId?: string | undefined
}

/** Members of models that may end with the session they came from. */
export interface SessionBoundPayload {
  /** `uid` of the session. */
  sessionUid?: string | undefined
  /** Whether it is only valid as long as that session is. */
  expiresWithSession?: boolean | undefined
}

/** Members of models bound to a key of their sender. */
export interface SenderConstrainedPayload {
  /** SHA-256 thumbprint of the client certificate. @see RFC 8705 §3.1 */
  'x5t#S256'?: string | undefined
  /** SHA-256 thumbprint of the key that proofs of possession are signed with. @see RFC 9449 §6 */
  jkt?: string | undefined
}

/** What every code and token has in storage. */
export interface TokenPayload extends ModelPayload {
  /** Whom it was issued to. */
  clientId?: string | undefined
}

/** What an authentication left behind for the tokens that follow from it. */
export interface AuthenticationPayload {
  /** Who authenticated. */
  accountId?: string | undefined
  /** Authentication Context Class Reference that was satisfied. */
  acr?: string | undefined
  /** Authentication methods that were used. */
  amr?: string[] | undefined
  /** When the end-user authenticated, epoch seconds. */
  authTime?: number | undefined
  /** The understood `claims` parameter. */
  claims?: ClaimsParameter | undefined
  /** The `nonce` of the request, which the ID Token repeats. */
  nonce?: string | undefined
  /** Resource indicators that were requested. @see RFC 8707 */
  resource?: string | string[] | undefined
  /** Granted scope, space-delimited. */
  scope?: string | undefined
  /** Session identifier of this client in the session. */
  sid?: string | undefined
}

/** What is stored of an authorization code. */
export interface AuthorizationCodePayload
  extends TokenPayload,
    ConsumablePayload,
    GrantBoundPayload,
    SessionBoundPayload,
    AuthenticationPayload {
  /** The `code_challenge` that it was asked for with. */
  codeChallenge?: string | undefined
  /** How the challenge was made. */
  codeChallengeMethod?: string | undefined
  /** Where it was sent. */
  redirectUri?: string | undefined
  /** Grant types that led here, space-delimited. */
  gty?: string | undefined
  /** How many exchanges failed. */
  attempts?: number | undefined
  /** Counts replacements. */
  version?: number | undefined
}

/** What is stored of an access token. */
export interface AccessTokenPayload
  extends TokenPayload,
    GrantBoundPayload,
    SessionBoundPayload,
    SenderConstrainedPayload {
  /** Whom it speaks for. */
  accountId?: string | undefined
  /** Which APIs it is for; absent when it is for UserInfo. */
  aud?: string | string[] | undefined
  /** The understood `claims` parameter. */
  claims?: ClaimsParameter | undefined
  /** Claims the host added with `extraTokenClaims`. */
  extra?: Record<string, unknown> | undefined
  /** Grant types that led here, separated by spaces. */
  gty?: string | undefined
  /** Granted scope, separated by spaces. */
  scope?: string | undefined
  /** Session identifier of this client in the session. */
  sid?: string | undefined
}

/** What is stored of a refresh token. */
export interface RefreshTokenPayload
  extends TokenPayload,
    ConsumablePayload,
    GrantBoundPayload,
    SessionBoundPayload,
    SenderConstrainedPayload,
    AuthenticationPayload {
  /** Grant types that led here, separated by spaces. */
  gty?: string | undefined
  /** When the first token of the rotation chain was issued, epoch seconds. */
  iiat?: number | undefined
  /** How many times the chain was rotated. */
  rotations?: number | undefined
  /** What the rotation of this token answered with; kept for `refreshTokenReuseWindow`. */
  successor?: string | undefined
}

/** What is stored of a used identifier. */
export interface ReplayDetectionPayload extends ModelPayload {
  /** Who made the identifier. */
  iss?: string | undefined
}

/** Scopes and claims of one party, as granted or as rejected. */
export interface GrantedItems {
  scope?: string | undefined
  claims?: string[] | undefined
}

/** What is stored of a grant. */
export interface GrantPayload extends ModelPayload {
  /** Whose it is. */
  accountId?: string | undefined
  /** Who was allowed something. */
  clientId?: string | undefined
  /** What was allowed of the provider itself. */
  openid?: GrantedItems | undefined
  /** Resource indicator to granted scope. */
  resources?: Record<string, string> | undefined
  /** What was refused. */
  rejected?: { openid?: GrantedItems | undefined; resources?: Record<string, string> | undefined } | undefined
  /** Grants that this one was made from, the nearest last: it is worth nothing once one of them is gone. */
  madeFrom?: string[] | undefined
}

/** What a session keeps for one client. */
export interface ClientAuthorizationState {
  /** Session identifier towards this client. */
  sid?: string | undefined
  grantId?: string | undefined
  /** The grant outlives the session (`offline_access`). */
  persistsLogout?: boolean | undefined
}

/** Another name of {@link ClientAuthorizationState}. */
export type ClientAuthorization = ClientAuthorizationState

/** What is stored of a session. */
export interface SessionPayload extends ModelPayload {
  /** Stable identifier; `jti` changes with every login, this one only with a new session. */
  uid: string
  /** Who is logged in; absent while nobody is. */
  accountId?: string | undefined
  /** When the end-user logged in, epoch seconds. */
  loginTs?: number | undefined
  /** The kind of the login. */
  acr?: string | undefined
  /** How they logged in. */
  amr?: string[] | undefined
  /** The cookie goes with the browser. */
  transient?: boolean | undefined
  /** Secrets of forms that are open in this browser. */
  state?: Record<string, unknown> | undefined
  /** What it keeps for each client, by `client_id`. */
  authorizations?: Record<string, ClientAuthorization> | undefined
  /** Counts replacements. */
  version?: number | undefined
}

/**
 * What the screen of a prompt can make use of: what the built-in prompts tell, each where it applies, and whatever prompts and
 * checks of the host's add.
 */
export interface PromptDetails {
  /** Who the client thinks it is, as sent. @see OpenID Connect Core 1.0 §3.1.2.1 */
  login_hint?: string | undefined
  /** As sent. @see OpenID Connect Core 1.0 §3.1.2.1 */
  id_token_hint?: string | undefined
  /** Seconds, as sent. @see OpenID Connect Core 1.0 §3.1.2.1 */
  max_age?: string | undefined
  /** How `sub` was asked for. @see OpenID Connect Core 1.0 §5.5.1 */
  sub?: ClaimsParameterMember | undefined
  /** How `acr` was asked for. @see OpenID Connect Core 1.0 §5.5.1.1 */
  acr?: ClaimsParameterMember | undefined
  /** Scopes that nobody was asked about. */
  missingOIDCScope?: string[] | undefined
  /** Claims of the `claims` parameter that nobody was asked about. */
  missingOIDCClaims?: string[] | undefined
  /** Scopes of APIs that nobody was asked about, by resource indicator. @see RFC 8707 §2 */
  missingResourceScopes?: Record<string, string[]> | undefined
  [member: string]: unknown
}

/** What an interaction asks of the end-user. */
export interface PromptDetail {
  /** Name of the prompt: 'login', 'consent', or one of the host's own. */
  name: string
  /** Reasons of the checks that failed. */
  reasons: string[]
  /** Merged details of the prompt and its failed checks. */
  details: PromptDetails
}

/** How an interaction went: what `interactionFinished` takes. */
export interface InteractionResults {
  /** The end-user authenticated. */
  login?:
    | {
        accountId: string
        acr?: string | undefined
        amr?: string[] | undefined
        /** Whether the session cookie survives the browser. @default true */
        remember?: boolean | undefined
        /** When the authentication happened, epoch seconds. @default now */
        ts?: number | undefined
        [member: string]: unknown
      }
    | undefined
  /** The end-user consented; `grantId` is what `Grant.prototype.save()` returned. */
  consent?: { grantId?: string | undefined; [member: string]: unknown } | undefined
  /** Ends the request with this error code. */
  error?: string | undefined
  error_description?: string | undefined
  /** A custom prompt that was resolved. */
  [prompt: string]: unknown
}

/** The session that an interaction started with. */
export interface InteractionSession {
  /** Who was logged in; absent at run time when nobody was. */
  accountId: string
  uid: string
  /** The session's id. */
  cookie: string
  acr?: string | undefined
  amr?: string[] | undefined
}

/** What is stored of an interaction. */
export interface InteractionPayload extends ModelPayload {
  /** Where the browser has to go afterwards. */
  returnTo?: string | undefined
  /** What is needed. */
  prompt?: PromptDetail | undefined
  /** The parameters of the authorization request, as sent. */
  params?: Record<string, unknown> | undefined
  /** The result of the screen before in the same request. */
  lastSubmission?: InteractionResults | undefined
  /** How it went, as `interactionFinished` was told. */
  result?: InteractionResults | undefined
  /** The session that it started with. */
  session?: (Omit<InteractionSession, 'accountId'> & { accountId?: string | undefined }) | undefined
  /** What the person allowed this client before; absent when nothing. */
  grantId?: string | undefined
  /** Names of the parameters that came in authenticated form. */
  trusted?: string[] | undefined
  /** Identifies the request through all its interactions. */
  cid?: string | undefined
  /** What features understood of the request and want to have back, by their names. */
  carried?: Record<string, object> | undefined
  /** States in which the request was interrupted, hashed, and how often in a row it came back to one of them. */
  progress?: { seen: string[]; repeats: number } | undefined
}
