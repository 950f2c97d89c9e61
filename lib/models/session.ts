import type { CommitOperation } from '../../types/adapter.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import type { ClientAuthorization, SessionPayload } from '../../types/models.ts'
import { isExpired } from '../adapters/operations.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { randomId } from '../helpers/random_id.ts'
import { BaseModel, type FindOptions, findModel, isAnother, restore, type StoredModel } from './base_model.ts'
import { type CookieCarrier, CookieJar } from './cookie_jar.ts'
import { endAfter, lifetimeOf } from './lifetime.ts'
import { type FieldMap, type Fields, isIntact } from './traits/field_map.ts'

/** How many clients a session remembers; the one unused for longest is forgotten first. */
const MAX_AUTHORIZATIONS = 512

/** Who is logged in, and how. */
const LOGIN = ['accountId', 'loginTs', 'acr', 'amr', 'transient'] as const
type Login = Pick<SessionPayload, (typeof LOGIN)[number]>

const loginOf = ({ accountId, loginTs, acr, amr, transient }: Login): Login => ({
  accountId,
  loginTs,
  acr,
  amr,
  transient,
})

const isSameLogin = (one: Login, other: Login): boolean =>
  one.accountId === other.accountId && one.loginTs === other.loginTs

/** What storage holds of a session: what differs from it is this request's doing. */
interface Stored {
  /** The id it is stored under; `undefined` when it is not. */
  readonly id: string | undefined
  readonly version: number
  readonly exp: number | undefined
  readonly login: Login
  readonly state: string | undefined
  readonly authorizations: string | undefined
}

const asStored = (payload: Partial<SessionPayload>): Stored => ({
  id: payload.jti,
  version: payload.version ?? 0,
  exp: payload.exp,
  login: loginOf(payload),
  state: JSON.stringify(payload.state),
  authorizations: JSON.stringify(payload.authorizations),
})

const NOT_STORED = asStored({})

/** Written or not, these would be stored alike. */
const isSame = (one: Stored, other: Stored): boolean =>
  one.id === other.id &&
  one.state === other.state &&
  one.authorizations === other.authorizations &&
  isSameLogin(one.login, other.login) &&
  one.login.acr === other.login.acr &&
  one.login.transient === other.login.transient &&
  JSON.stringify(one.login.amr) === JSON.stringify(other.login.amr)

/** A lifetime that moved by less is not worth a write: this part of it, and a day at most. */
const NOTICEABLE_PART = 0.05
const DAY = 86_400

/** Whether an end, epoch seconds, is that much earlier or later than the one that is stored. */
function isNoticeable(exp: number | undefined, stored: number | undefined): boolean {
  if (exp === undefined || stored === undefined) return exp !== stored
  return Math.abs(exp - stored) >= Math.min(NOTICEABLE_PART * (exp - epochTime()), DAY)
}

type BoundSession = StoredModel<Session, Partial<SessionPayload>>

/** The session that the browser's cookie names, or a new one that is not stored yet. */
export async function readSession(
  Model: BoundSession,
  cookies: CookieJar,
  ctx?: KoaContextWithOIDC,
): Promise<Session> {
  const id = cookies.get('session')
  const session = id === undefined ? undefined : await findModel(Model, id, { ctx })
  return session ?? new Model({})
}

/** The end-user's login at this provider, found by a cookie. */
export class Session extends BaseModel implements SessionPayload {
  static override readonly kind = 'Session'
  static override readonly eventName: string = 'session'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    uid: 'string',
    accountId: 'string',
    loginTs: 'number',
    acr: 'string',
    amr: 'array',
    transient: 'boolean',
    state: 'object',
    authorizations: 'object',
    version: 'number',
  } satisfies FieldMap<SessionPayload>

  declare kind: 'Session'
  /** Absent at run time when `ttl.Session` never ends. */
  declare exp: number
  declare uid: string
  declare accountId?: string | undefined
  declare loginTs?: number | undefined
  declare acr?: string | undefined
  declare amr?: string[] | undefined
  declare transient?: boolean | undefined
  declare state?: Record<string, unknown> | undefined
  declare authorizations?: Record<string, ClientAuthorization> | undefined
  declare version?: number | undefined

  #stored: Stored
  /** Clients whose entry this request changed: what is carried over when another request was faster. */
  readonly #changedClients = new Set<string>()
  #forgot = false
  /** When nobody is logged in: how long it is needed. */
  #neededUntil: number | undefined
  #isWritten = false
  #isNewToBrowser = false

  constructor(payload: Partial<SessionPayload> = {}) {
    super(payload)
    this.#stored = NOT_STORED
    this.jti ??= randomId()
    this.uid ??= randomId()
  }

  /**
   * The session of the browser that sent a request; a new one that is not stored, when it has none. Works on any
   * Koa context, for instance one made with `provider.app.createContext(req, res)`.
   * @example const session = await provider.Session.get(ctx)
   */
  static get(this: BoundSession, ctx: CookieCarrier): Promise<Session> {
    return readSession(this, new CookieJar(this.rt, ctx))
  }

  /**
   * Finds one by its stable identifier, `uid`; `undefined` when there is none.
   * @example const session = await provider.Session.findByUid(uid)
   */
  static async findByUid(
    this: StoredModel<Session, Partial<SessionPayload>>,
    uid: string,
    options?: FindOptions,
  ): Promise<Session | undefined> {
    const stored = await this.rt.store.findByUid(uid)
    return isAnother(stored?.uid, uid) ? undefined : restore(this, stored, options)
  }

  override markStored(): void {
    super.markStored()
    this.#stored = asStored(this)
  }

  /** Nothing of it is in storage yet. */
  get isNew(): boolean {
    return this.#stored.id === undefined
  }

  /** This request stored it, or found it under a new id: its cookie is due. */
  get isNewToBrowser(): boolean {
    return this.#isNewToBrowser
  }

  authTime(): number | undefined {
    return this.loginTs
  }

  past(age: number | string): boolean {
    return this.loginTs === undefined || epochTime() - this.loginTs > Number(age)
  }

  /** What it keeps for one client, to be changed: a copy, for adapters may hand out the very object they store. */
  authorizationFor(clientId: string): ClientAuthorization {
    const all = this.authorizations ?? {}
    const known = this.#known(clientId)
    if (known !== undefined && this.#changedClients.has(clientId)) return known
    const own: ClientAuthorization = { ...known }
    const kept = Object.entries(all).slice(known === undefined ? 1 - MAX_AUTHORIZATIONS : 0)
    this.authorizations = { ...Object.fromEntries(kept), [clientId]: own }
    this.#changedClients.add(clientId)
    return own
  }

  /** Makes room for what it keeps for one client. */
  ensureClientContainer(clientId: string): void {
    this.authorizationFor(clientId)
  }

  sidFor(clientId: string): string
  sidFor(clientId: string, value: string): void
  sidFor(clientId: string, value?: string): string | undefined {
    return this.#member(clientId, 'sid', value)
  }

  grantIdFor(clientId: string): string
  grantIdFor(clientId: string, value: string): void
  grantIdFor(clientId: string, value?: string): string | undefined {
    return this.#member(clientId, 'grantId', value)
  }

  #member(clientId: string, name: 'sid' | 'grantId', value: string | undefined): string | undefined {
    const known = this.#known(clientId)?.[name]
    if (value === undefined || value === known) return known
    this.authorizationFor(clientId)[name] = value
    return value
  }

  #known(clientId: string): ClientAuthorization | undefined {
    const all = this.authorizations
    return all !== undefined && Object.hasOwn(all, clientId) ? all[clientId] : undefined
  }

  /** The grant of this client outlives the session. */
  persistLogout(clientId: string): void {
    if (this.#known(clientId)?.persistsLogout !== true) this.authorizationFor(clientId).persistsLogout = true
  }

  /**
   * Forgets what one client was allowed: the end-user leaves it and stays here.
   * @returns what was kept for it
   */
  forgetAuthorization(clientId: string): ClientAuthorization | undefined {
    const known = this.#known(clientId)
    if (known === undefined) return undefined
    const { [clientId]: _, ...others } = this.authorizations ?? {}
    this.authorizations = others
    this.#changedClients.add(clientId)
    return known
  }

  /** Forgets what was allowed to whom: another account is about to log in. */
  forgetAuthorizations(): void {
    this.authorizations = undefined
    this.#changedClients.clear()
    this.#forgot = true
  }

  /** The end-user is not logged in any more; what they allowed is kept for their next login elsewhere. */
  logout(): void {
    this.resetIdentifier()
    this.accountId = undefined
    this.loginTs = undefined
    this.acr = undefined
    this.amr = undefined
    this.forgetAuthorizations()
  }

  loginAccount(login: {
    accountId: string
    loginTs?: number | undefined
    transient?: boolean | undefined
    acr?: string | undefined
    amr?: string[] | undefined
  }): void {
    this.accountId = login.accountId
    this.loginTs = login.loginTs ?? epochTime()
    this.transient = login.transient || undefined
    this.acr = login.acr
    this.amr = login.amr
  }

  /** Gives it a new id, so that one fixed before the login is worth nothing after it. */
  resetIdentifier(): void {
    this.jti = randomId()
  }

  /** As long as nobody is logged in it is kept until then, epoch seconds, and no longer. */
  neededUntil(exp: number | undefined): void {
    this.#neededUntil = exp
  }

  /** When it ends if it is written now, epoch seconds; `undefined` is never. */
  #nextExp(): number | undefined {
    const lifetime = lifetimeOf(this.rt, 'Session', undefined, this)
    const exp = lifetime === undefined ? undefined : epochTime() + lifetime
    if (this.accountId !== undefined || this.#neededUntil === undefined) return exp
    // Another tab may be at a screen that was opened earlier and stays longer.
    const other = this.#stored.login.accountId === undefined ? this.#stored.exp : undefined
    return Math.min(exp ?? Number.POSITIVE_INFINITY, Math.max(this.#neededUntil, other ?? 0))
  }

  /** Requests of one session that were slower than another queue here. */
  get contendedAs(): string {
    return `Session:${this.uid}`
  }

  /**
   * The operations of a request that used it. As it is, it has to be there still, under its id: whatever ends a
   * login renews that or removes the session. What changed is written, unless another request changed it meanwhile.
   */
  operations(): CommitOperation[] {
    const { id, exp } = this.#stored
    const next = this.#nextExp()
    this.#isWritten = id === undefined || !isSame(asStored(this), this.#stored) || isNoticeable(next, exp)
    this.endsAt(this.#isWritten ? next : exp)
    if (id === undefined || this.#isWritten) return this.writes()
    return [{ op: 'require', model: 'Session', id }]
  }

  override writes(): CommitOperation[] {
    const { id, version, login } = this.#stored
    if (id === undefined) return [this.operation('insert')]
    // Nothing that is under way for whoever was logged in may find it.
    if (login.accountId !== undefined && this.accountId === undefined && this.jti === id)
      this.resetIdentifier()
    const unchanged: CommitOperation = { op: 'require', model: 'Session', id, version }
    this.version = version + 1
    if (this.jti === id) return [unchanged, this.operation('put')]
    return [unchanged, { op: 'destroy', model: 'Session', id }, this.operation('insert')]
  }

  /** The operations took effect. */
  written(): void {
    if (!this.#isWritten) return
    this.#isNewToBrowser = true
    this.markStored()
    this.#changedClients.clear()
    this.#forgot = false
    this.announce('saved')
  }

  /**
   * Takes over what another request stored meanwhile and puts this request's changes on top.
   * @returns `false` when that cannot be: the session is over, or somebody else's by now
   */
  async rebase(): Promise<boolean> {
    const { id, state } = this.#stored
    if (id === undefined) return false
    const { store } = this.rt
    const current = (await store.find('Session', id)) ?? (await store.findByUid(this.uid))
    if (current === undefined || isExpired(current)) return false
    if (!isIntact<SessionPayload>(current, Session.fields)) return false
    if (!this.#rebaseLogin(current)) return false
    const mine = Object.entries(this.authorizations ?? {}).filter(([client]) =>
      this.#changedClients.has(client),
    )
    const theirs = this.#forgot ? undefined : current.authorizations
    this.authorizations =
      this.#changedClients.size === 0 ? theirs : { ...this.#unchanged(theirs), ...Object.fromEntries(mine) }
    if (JSON.stringify(this.state) === state) this.state = current.state
    // Another request renewed the id already: join it, a browser keeps one cookie only.
    if (current.jti !== id) {
      this.jti = current.jti
      this.#isNewToBrowser = true
    }
    this.#stored = asStored(current)
    return true
  }

  /** What another request has stored for clients whose entry this one left alone. */
  #unchanged(authorizations: Record<string, ClientAuthorization> = {}): Record<string, ClientAuthorization> {
    return Object.fromEntries(
      Object.entries(authorizations).filter(([client]) => !this.#changedClients.has(client)),
    )
  }

  /**
   * Keeps the login this request made, or takes over the one that is stored. What was answered for an account
   * cannot go out once that account is logged out, and two logins of two accounts cannot both stand.
   */
  #rebaseLogin(current: SessionPayload): boolean {
    const isMine = !isSameLogin(this, this.#stored.login)
    const isTheirs = !isSameLogin(current, this.#stored.login)
    const wasNobody = !isMine && this.accountId === undefined
    if (isTheirs && !wasNobody && current.accountId !== this.accountId) return false
    if (!isMine) Object.assign(this, loginOf(current))
    return true
  }

  /** Stores it, changed or not. */
  persist(): Promise<string> {
    return this.#store(this.#nextExp())
  }

  /** @param ttl seconds it lives from now on; as long as sessions live when it is left out */
  override async save(ttl?: number): Promise<string> {
    return this.#store(ttl === undefined ? this.#nextExp() : endAfter(ttl))
  }

  async #store(exp: number | undefined): Promise<string> {
    this.endsAt(exp)
    this.#isWritten = true
    const { committed } = await this.rt.store.commit(this.writes())
    if (!committed) throw new Error('this session was changed or ended meanwhile')
    this.written()
    return this.jti
  }
}
