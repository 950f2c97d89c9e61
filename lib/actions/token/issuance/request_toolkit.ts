import type { Account } from '../../../../types/account.ts'
import type {
  GrantedAccessToken,
  GrantedIdToken,
  GrantToolkit,
  SingleUse,
} from '../../../../types/grants/grant_toolkit.ts'
import type { SenderConstrainable, BaseModel as StoredModel } from '../../../../types/models.ts'
import type { Ctx } from '../../../engine/context.ts'
import { runSteps } from '../../../engine/run_action.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import { InvalidGrant, UnauthorizedClient } from '../../../helpers/errors.ts'
import { listed } from '../../../helpers/words.ts'
import type { AccessToken } from '../../../models/access_token.ts'
import { BaseModel } from '../../../models/base_model.ts'
import { BearerToken } from '../../../models/bearer_token.ts'
import type { Grant } from '../../../models/grant.ts'
import { RefreshToken } from '../../../models/refresh_token.ts'
import type { ResourceServer } from '../../../models/resource_server.ts'
import { consumption } from '../../../models/traits/consumable.ts'
import { accountClaims } from '../../issuing/account_claims.ts'
import { makeIdToken } from '../../issuing/make_id_token.ts'
import { GRANT } from '../../issuing/reasons.ts'
import { bindAccessToken, bindRefreshToken } from '../../issuing/sender.ts'
import { TOKEN_REQUEST } from '../reasons.ts'
import { commitOrRefuse } from './commit_or_refuse.ts'
import { findAccount } from './find_account.ts'
import { issueGrantedAccessToken } from './granted_access_token.ts'
import { newGrant } from './new_grant.ts'
import { requestedScope } from './requested_scope.ts'

/** What storage is asked to do with it; only what came from there can be. @throws TypeError */
function stored(model: StoredModel): BaseModel {
  if (model instanceof BaseModel) return model
  throw new TypeError('this is no model of the provider')
}

/** The pieces of a grant for one request of a host's own grant type. */
export class RequestToolkit implements GrantToolkit {
  readonly #ctx: Ctx
  readonly #rt: Runtime
  readonly #gty: string
  readonly #members: Record<string, unknown> = {}
  #resource: Promise<ResourceServer | undefined> | undefined
  #isUsed = false
  #isOver = false

  constructor(ctx: Ctx, rt: Runtime, gty: string) {
    this.#ctx = ctx
    this.#rt = rt
    this.#gty = gty
  }

  requireConfidentialClient(): void {
    if (this.#ctx.oidc.loaded('Client').clientAuthMethod === 'none') {
      throw new UnauthorizedClient('this grant type must only be used by confidential clients').because(
        TOKEN_REQUEST.client_is_public,
      )
    }
  }

  async resolveResource(): Promise<ResourceServer | undefined> {
    this.#resource ??= runSteps(this.#rt.customGrantSteps.resource, this.#ctx, this.#rt).then(
      () => this.#ctx.oidc.request.resourceServer,
    )
    return (await this.#resource)?.copy()
  }

  async readScope(limit?: string | Iterable<string>): Promise<Set<string>> {
    await this.resolveResource()
    return requestedScope(this.#ctx, this.#rt, limit === undefined ? undefined : listed(limit))
  }

  findAccount(accountId: string): Promise<Account> {
    return findAccount(this.#ctx, this.#rt, accountId, (detail) => new InvalidGrant(detail))
  }

  async findGrant(grantId: string): Promise<Grant> {
    const { accountId } = this.#ctx.oidc.loaded('Account')
    const grant = await this.#rt.models.Grant.find(grantId, { ctx: this.#ctx })
    if (grant === undefined) throw new InvalidGrant('grant not found').because(GRANT.not_found)
    if (grant.clientId !== this.#ctx.oidc.loaded('Client').clientId)
      throw new InvalidGrant('client mismatch').because(GRANT.of_another_client)
    if (grant.accountId !== accountId)
      throw new InvalidGrant('accountId mismatch').because(GRANT.of_another_account)
    this.requireStored(grant)
    this.#ctx.oidc.entity('Grant', grant)
    return grant
  }

  newGrant(): Grant {
    this.#use()
    return newGrant(this.#ctx, this.#rt, this.#ctx.oidc.loaded('Account').accountId)
  }

  useOnce({ iss, jti, exp }: SingleUse): void {
    this.#use()
    const { clockTolerance } = this.#rt.configuration
    const record = { use: `grant ${this.#gty}`, iss, jti, exp: Math.ceil(exp + clockTolerance) + 1 }
    this.#ctx.oidc.transaction.claim(
      this.#rt.models.ReplayDetection.claim(record, () =>
        new InvalidGrant('it was used before').because(TOKEN_REQUEST.used_before),
      ),
    )
  }

  consume(token: StoredModel & { readonly consumed?: unknown }): void {
    if (token.consumed !== undefined)
      throw new InvalidGrant(`${token.kind} was used before`).because(TOKEN_REQUEST.used_before, {
        seen: [token.kind],
      })
    this.#write(consumption(stored(token)), () => token.emit('consumed'))
  }

  requireStored(model: StoredModel): void {
    const { model: Model, jti: id } = stored(model)
    this.#write({ op: 'require', model: Model.kind, id })
  }

  bindToSender(token: SenderConstrainable): void {
    if (token instanceof BearerToken) bindAccessToken(this.#ctx, token)
    else if (token instanceof RefreshToken) bindRefreshToken(this.#ctx, token)
    else throw new TypeError('only access tokens and refresh tokens are bound to their sender')
  }

  claims(use: 'id_token' | 'userinfo', scope: string | Iterable<string>): Promise<Record<string, unknown>> {
    return accountClaims(this.#ctx, this.#rt, use, this.#grantedScope(scope))
  }

  async issueAccessToken(token: GrantedAccessToken = {}): Promise<AccessToken> {
    await this.#prepare()
    return issueGrantedAccessToken(this.#ctx, this.#rt, token, { gty: this.#gty })
  }

  async issueRefreshToken(scope: string | Iterable<string>): Promise<RefreshToken | undefined> {
    await this.#prepare()
    const client = this.#ctx.oidc.loaded('Client')
    if (!client.grantTypeAllowed('refresh_token')) return undefined
    const grant = this.#ctx.oidc.loaded('Grant')
    const token = new this.#rt.models.RefreshToken({
      client,
      accountId: grant.accountId,
      grantId: grant.jti,
      gty: this.#gty,
      resource: this.#ctx.oidc.request.resourceServer?.identifier(),
      scope: listed(scope).join(' '),
    })
    this.#ctx.oidc.entity('RefreshToken', token)
    bindRefreshToken(this.#ctx, token)
    const { value, operations, announce } = await token.issue(this.#ctx)
    this.#ctx.oidc.transaction.add(operations, announce)
    this.#ctx.oidc.answer['refresh_token'] = value
    return token
  }

  async issueIdToken({ scope = 'openid', nonce, ...authentication }: GrantedIdToken = {}): Promise<string> {
    await this.#prepare()
    const { answer } = this.#ctx.oidc
    const accessToken = answer['access_token']
    const idToken = await makeIdToken(this.#ctx, this.#rt, {
      authentication,
      scope: this.#grantedScope(scope),
      nonce,
      hashed: { at_hash: typeof accessToken === 'string' ? accessToken : undefined },
    })
    answer['id_token'] = idToken
    return idToken
  }

  answer(members: Readonly<Record<string, unknown>>): void {
    this.#use()
    Object.assign(this.#members, members)
  }

  /** Writes everything and answers; a handler that made no use of it has answered itself. */
  async finish(): Promise<void> {
    this.#isOver = true
    if (!this.#isUsed) return
    const { oidc } = this.#ctx
    const answers = Object.keys({ ...this.#members, ...oidc.answer }).length > 0
    if (answers && this.#ctx.body !== undefined)
      throw new TypeError(`grant type ${this.#gty}: either the toolkit answers, or ctx.body`)
    if (answers) await runSteps(this.#rt.customGrantSteps.response, this.#ctx, this.#rt)
    await commitOrRefuse(this.#ctx, (detail) => new InvalidGrant(detail))
    if (answers) this.#ctx.body = { ...this.#members, ...oidc.answer }
  }

  #grantedScope(scope: string | Iterable<string>): string {
    return this.#ctx.oidc.loaded('Grant').getOIDCScopeFiltered(listed(scope))
  }

  #write(operation: Parameters<Ctx['oidc']['transaction']['add']>[0][number], afterwards?: () => void): void {
    this.#use()
    this.#ctx.oidc.transaction.add([operation], afterwards)
  }

  /** What was asked for, before the first token is made. */
  async #prepare(): Promise<void> {
    this.#use()
    await this.resolveResource()
    this.#use()
  }

  /** @throws when the handler did not wait for it: what it makes now would never be written */
  #use(): void {
    if (this.#isOver) throw new Error(`grant type ${this.#gty}: the handler has returned already`)
    this.#isUsed = true
  }
}
