import { nanoid } from 'nanoid'
import type { CommitOperation } from '../../types/adapter.ts'
import type { ClientAuthorization, SessionPayload } from '../../types/models.ts'
import { epochTime } from '../helpers/epoch_time.ts'
import { BaseModel, type FindOptions, findModel, restore, type StoredModel } from './base_model.ts'
import { type FieldMap, type Fields, isIntact } from './field_map.ts'
import { lifetimeOf } from './lifetime.ts'

/** How many clients a session remembers; the one unused for longest is forgotten first. */
const MAX_AUTHORIZATIONS = 256

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

  declare uid: string
  declare accountId?: string | undefined
  declare loginTs?: number | undefined
  declare acr?: string | undefined
  declare amr?: string[] | undefined
  declare transient?: boolean | undefined
  declare state?: Record<string, unknown> | undefined
  declare authorizations?: Record<string, ClientAuthorization> | undefined
  declare version?: number | undefined

  /** The id it is stored under now; `undefined` when it is not. */
  #storedAs: string | undefined
  /** Clients whose entry this request changed: what is carried over when another request was faster. */
  readonly #changedClients = new Set<string>()

  constructor(payload: Partial<SessionPayload> = {}) {
    super(payload)
    this.#storedAs = payload.jti
    this.jti ??= nanoid()
    this.uid ??= nanoid()
  }

  /** Finds one by its value; `undefined` when there is none or it expired. */
  static find(value: string, options?: FindOptions): Promise<Session | undefined> {
    return findModel(this, value, options)
  }

  static async findByUid(
    this: StoredModel<Session, Partial<SessionPayload>>,
    uid: string,
  ): Promise<Session | undefined> {
    return restore(this, await this.rt.store.findByUid(uid))
  }

  /** Nothing of it is in storage yet. */
  get isNew(): boolean {
    return this.#storedAs === undefined
  }

  authTime(): number | undefined {
    return this.loginTs
  }

  past(age: number | string): boolean {
    return this.loginTs === undefined || epochTime() - this.loginTs > Number(age)
  }

  authorizationFor(clientId: string): ClientAuthorization {
    const all = this.authorizations ?? {}
    const entry = Object.hasOwn(all, clientId) ? all[clientId] : undefined
    if (entry !== undefined) return entry
    const created: ClientAuthorization = {}
    this.authorizations = Object.fromEntries(
      [...Object.entries(all), [clientId, created] as const].slice(-MAX_AUTHORIZATIONS),
    )
    this.#changedClients.add(clientId)
    return created
  }

  sidFor(clientId: string, value?: string): string | undefined {
    return this.#member(clientId, 'sid', value)
  }

  grantIdFor(clientId: string, value?: string): string | undefined {
    return this.#member(clientId, 'grantId', value)
  }

  #member(clientId: string, name: 'sid' | 'grantId', value: string | undefined): string | undefined {
    if (value !== undefined) {
      this.authorizationFor(clientId)[name] = value
      this.#changedClients.add(clientId)
      return value
    }
    const all = this.authorizations
    return all !== undefined && Object.hasOwn(all, clientId) ? all[clientId]?.[name] : undefined
  }

  /** The grant of this client outlives the session. */
  persistLogout(clientId: string): void {
    this.authorizationFor(clientId).persistsLogout = true
    this.#changedClients.add(clientId)
  }

  /** Forgets what was allowed to whom: another account is about to log in. */
  forgetAuthorizations(): void {
    this.authorizations = undefined
    this.#changedClients.clear()
  }

  /** The end-user is not logged in any more; what they allowed is kept for their next login elsewhere. */
  logout(): void {
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
    this.jti = nanoid()
  }

  /** The writes that store it as it is now; they fail when another request changed or ended it meanwhile. */
  writes(): CommitOperation[] {
    const lifetime = lifetimeOf(this.rt, 'Session', undefined, this)
    if (lifetime !== undefined) this.exp = epochTime() + lifetime
    if (this.#storedAs === undefined) return [this.operation('insert')]
    const model = 'Session'
    const unchanged: CommitOperation = {
      op: 'require',
      model,
      id: this.#storedAs,
      version: this.version ?? 0,
    }
    this.version = (this.version ?? 0) + 1
    if (this.jti === this.#storedAs) return [unchanged, this.operation('put')]
    return [unchanged, { op: 'destroy', model, id: this.#storedAs }, this.operation('insert')]
  }

  /** The writes took effect. */
  written(): void {
    this.#storedAs = this.jti
    this.#changedClients.clear()
    this.announce('saved')
  }

  /**
   * Takes over what another request stored meanwhile and puts this request's changes on top.
   * @returns `false` when that cannot be: the session is over, or somebody else's by now
   */
  async rebase(): Promise<boolean> {
    if (this.#storedAs === undefined) return false
    const { store } = this.rt
    const current = (await store.find('Session', this.#storedAs)) ?? (await store.findByUid(this.uid))
    if (current === undefined || !isIntact<SessionPayload>(current, Session.fields)) return false
    if (current.accountId !== undefined && current.accountId !== this.accountId) return false
    const mine = Object.entries(this.authorizations ?? {}).filter(([id]) => this.#changedClients.has(id))
    this.authorizations = { ...current.authorizations, ...Object.fromEntries(mine) }
    this.version = current.version
    if (current.jti !== this.#storedAs) {
      // Another request renewed the id already: join it, a browser keeps one cookie only.
      this.#storedAs = current.jti
      this.jti = current.jti
    }
    return true
  }

  async persist(): Promise<string> {
    const outcome = await this.rt.store.commit(this.writes())
    if (!outcome.committed) throw new Error('this session was changed or ended meanwhile')
    this.written()
    return this.jti
  }
}
