import type { ClaimsParameter } from './account.ts'
import type { ClientMetadata } from './client.ts'
import type { ModelName } from './model_name.ts'
import type { ClientAuthorizationState, InteractionPayload, InteractionResults } from './payloads.ts'

/** Of clients everything that is named, but their keys, which each library types in its own way. */
type StoredMetadata = {
  [Name in keyof ClientMetadata as string extends Name ? never : Exclude<Name, 'jwks'>]?:
    | ClientMetadata[Name]
    | undefined
}

type SessionOfInteraction = NonNullable<InteractionPayload['session']>

export type { ModelName } from './model_name.ts'

/** What an adapter is given and gives back: plain JSON. Members that an adapter may want to index are named. */
export interface AdapterPayload extends StoredMetadata {
  /** The kind of thing this is, the name its adapter was constructed with. */
  kind?: string | undefined
  /** When it was created, epoch seconds. */
  iat?: number | undefined
  /** When it stops being valid, epoch seconds; absent means never. */
  exp?: number | undefined
  /** The identifier it is stored under. */
  jti?: string | undefined
  /** When it was used up, epoch seconds; absent means it was not. */
  consumed?: unknown
  /** The use that consumed it; lets the provider tell its own write from somebody else's. */
  attempt?: string | undefined
  /** Counts replacements, for entries that several requests may change at once. */
  version?: number | undefined
  /** The grant it was issued under: what `revokeByGrantId` looks for. */
  grantId?: string | undefined
  /** A device code's user code: what `findByUserCode` looks for. */
  userCode?: string | undefined
  /** A session's or interaction's stable identifier: what `findByUid` looks for. */
  uid?: string | undefined
  accountId?: string | undefined
  clientId?: string | undefined
  acr?: string | undefined
  amr?: string[] | undefined
  /** When the person authenticated, epoch seconds. */
  authTime?: number | undefined
  /** What a session keeps for each client, by `client_id`. */
  authorizations?: Record<string, ClientAuthorizationState> | undefined
  claims?: ClaimsParameter | undefined
  /** Whether it ends with the session it came from. */
  expiresWithSession?: boolean | undefined
  /** Claims that `extraTokenClaims` added. */
  extra?: Record<string, unknown> | undefined
  /** Grant types that led here, separated by spaces. */
  gty?: string | undefined
  aud?: string[] | string | undefined
  codeChallenge?: string | undefined
  codeChallengeMethod?: string | undefined
  /** How an end-user ended a device or backchannel flow. */
  error?: string | undefined
  errorDescription?: string | undefined
  format?: string | undefined
  /** When the first refresh token of a chain was issued, epoch seconds. */
  iiat?: number | undefined
  lastSubmission?: InteractionResults | undefined
  /** When the person logged in, epoch seconds. */
  loginTs?: number | undefined
  nonce?: string | undefined
  params?: Record<string, unknown> | undefined
  policies?: string[] | undefined
  redirectUri?: string | undefined
  request?: string | undefined
  resource?: string[] | string | undefined
  result?: InteractionResults | undefined
  returnTo?: string | undefined
  /** How often a chain of refresh tokens was rotated. */
  rotations?: number | undefined
  scope?: string | undefined
  /** The session an interaction started with. */
  session?: { [Name in keyof SessionOfInteraction]?: SessionOfInteraction[Name] | undefined } | undefined
  sessionUid?: string | undefined
  sid?: string | undefined
  state?: Record<string, unknown> | undefined
  transient?: boolean | undefined
  /** Names of parameters that came in authenticated form; for a pushed request whether they did. */
  trusted?: string[] | boolean | undefined
  jkt?: string | undefined
  'x5t#S256'?: string | undefined
  [member: string]: unknown
}

/** A page of what is stored for one account. */
export interface AccountEntries<P extends AdapterPayload = AdapterPayload> {
  /** Each with the id it is stored under. */
  entries: readonly { readonly id: string; readonly payload: P }[]
  /** What the next page is asked for with; nothing on the last page. May be any text that is not empty. */
  next?: string | null | undefined
}

/**
 * Storage for one kind of model, as hosts may give it: look-ups that a kind does not need may be left out, and what is
 * not found may be told in several ways. Everything is keyed by `id`, and the same id in two models means two entries.
 * A failure is a rejected promise: the request it happens in fails. A call that takes longer than the provider's
 * deadline counts as failed; what it answers later is ignored.
 *
 * An expired entry may be returned, the models check `exp` themselves, and may be dropped at any time after.
 */
export interface GivenAdapter<P extends AdapterPayload = AdapterPayload> {
  /**
   * Creates or fully replaces an entry; used for updates as well.
   * @param id the entry's key; at most 256 of the characters that may stand in a URI (RFC 3986 §2), case-sensitive
   * @param payload plain JSON; store unknown members too, new versions may add some
   * @param expiresIn whole seconds until the entry may be dropped, at least 1; absent means "keep"
   * @example await adapter.upsert('code-1', { jti: 'code-1', grantId: 'g', exp: 1795000060 }, 60)
   */
  upsert(id: string, payload: P, expiresIn?: number): Promise<unknown>

  /**
   * Finds an entry by its key. A missing one is `undefined` (or `null`), not an error.
   * @example const code = await adapter.find('code-1')
   */
  find(id: string): Promise<P | undefined | null | void>

  /**
   * Finds a device code by its user code. Called on the adapter of `DeviceCode` only.
   * @example const deviceCode = await adapter.findByUserCode?.('BCDFGHJK')
   */
  findByUserCode?(userCode: string): Promise<P | undefined | null | void>

  /**
   * Finds a session by its `uid`. Called on the adapter of `Session` only. A session may move to another id and
   * keep its `uid`: then the one stored last is meant, also after the former was removed.
   * @example const session = await adapter.findByUid?.('uid-1')
   */
  findByUid?(uid: string): Promise<P | undefined | null | void>

  /**
   * Marks an entry as used, once: `consumed` becomes the current time in epoch seconds.
   * Two concurrent calls must not both return `true`; single use depends on it.
   * @returns whether this call was the one that consumed the entry; nothing, if the adapter cannot tell
   * @see RFC 6749 §4.1.2, §10.5 – a code used twice is refused and its tokens are revoked
   * @example const isMine = await adapter.consume('code-1')
   */
  consume(id: string): Promise<unknown>

  /** Removes an entry. A missing one is no error. @example await adapter.destroy('code-1') */
  destroy(id: string): Promise<unknown>

  /**
   * Removes every entry of this kind that carries `grantId`, and keeps none that is being written meanwhile.
   * Called on the adapters of the token kinds: AccessToken, RefreshToken, AuthorizationCode, DeviceCode,
   * BackchannelAuthenticationRequest.
   * @example await adapter.revokeByGrantId('g')
   */
  revokeByGrantId(grantId: string): Promise<unknown>

  /**
   * Lists the entries of this kind whose payload carries `accountId`, as they are now, a page at a time: the number of
   * entries may be large. Optional; what hosts ask for by account needs it (`provider.sessionsOf()` and the like),
   * and nothing else does. Called on the adapters of Session, Grant, AccessToken and RefreshToken.
   *
   * An entry that is there while all pages are read, under one id, is in one of them. One that is written or removed
   * meanwhile may be. A page may hold fewer entries than the limit, or none, and need not be the last one.
   * @param accountId the account; told apart by every character, also where letters differ by their case only
   * @param page.limit how many entries at most
   * @param page.after `next` of the page before; absent for the first one
   * @example
   * const { entries, next } = (await adapter.listByAccountId?.('ann', { limit: 100 })) ?? { entries: [] }
   */
  listByAccountId?(
    accountId: string,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<AccountEntries<P>>
}

/** A complete {@link GivenAdapter}, which can be called as well: what classes implement, and what others wrap. */
export interface Adapter<P extends AdapterPayload = AdapterPayload> extends GivenAdapter<P> {
  upsert(id: string, payload: P, expiresIn?: number): Promise<undefined | void>
  find(id: string): Promise<P | undefined | void>
  findByUserCode(userCode: string): Promise<P | undefined | void>
  findByUid(uid: string): Promise<P | undefined | void>
  destroy(id: string): Promise<undefined | void>
  revokeByGrantId(grantId: string): Promise<undefined | void>
}

/**
 * One step of an {@link AdapterCommit}. Every operation names the model and the entry it is about. An entry has
 * expired when its `exp` is not in the future, or when its storage has dropped it.
 */
export type CommitOperation =
  /**
   * Marks an entry as used: `consumed` becomes the current time in epoch seconds, `attempt` is kept beside it.
   * Fails when there is no such entry, it has expired, or it was consumed before.
   */
  | { op: 'consume'; model: ModelName; id: string; attempt: string }
  /** Creates an entry. Fails when a live one with this id exists. */
  | { op: 'insert'; model: ModelName; id: string; payload: AdapterPayload; expiresIn?: number | undefined }
  /**
   * Changes nothing. Fails when there is no such entry, it has expired, it was consumed, or, where `version` is
   * given, its own `version` (absent counts as 0) is another.
   */
  | { op: 'require'; model: ModelName; id: string; version?: number | undefined }
  /** Creates or fully replaces an entry. Cannot fail. */
  | { op: 'put'; model: ModelName; id: string; payload: AdapterPayload; expiresIn?: number | undefined }
  /** Removes an entry. A missing one is no failure. */
  | { op: 'destroy'; model: ModelName; id: string }

/** Whether a commit took effect, and if not, the position of the operation that failed. */
export type CommitOutcome = { committed: true } | { committed: false; failed: number }

/**
 * Carries out a list of operations, all or nothing, in the order given: the conditions of every operation hold
 * at the moment all changes are made, and nobody sees a part of them. One entry may be named by several `require`
 * followed by one other operation, never by two that change it. Optional: adapters without it work too,
 * then the provider serialises inside its process and runs the operations in the safest order.
 * @param options.deadline epoch milliseconds, after which nobody waits for it any more: it must not take effect then
 * @returns what happened; a failed condition is an outcome, not an error
 * @throws any error when it cannot tell, or did not try; the provider then reads back what became of it
 */
export type AdapterCommit = (
  operations: readonly CommitOperation[],
  options?: { readonly deadline: number },
) => Promise<CommitOutcome>

/** An adapter as a class: constructed once per model name, the first time that model is needed. */
export interface AdapterConstructor {
  new (name: ModelName): GivenAdapter
  commit?: AdapterCommit
}

/** An adapter as a function: called once per model name, the first time that model is needed. */
export interface AdapterFactory {
  (name: ModelName): GivenAdapter
  commit?: AdapterCommit
}
