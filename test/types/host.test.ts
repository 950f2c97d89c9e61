/**
 * A host as it is written in TypeScript today: it has to compile without a cast. The checks are the compiler's;
 * running it only makes sure that the same code constructs a provider.
 */
import { expect } from 'chai'
import Provider, {
  type Account,
  type Adapter,
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
  errors,
  type FindAccount,
  type InteractionResults,
  interactionPolicy,
  type KoaContextWithOIDC,
} from '../../lib/index.ts'

const client: ClientMetadata = {
  client_id: 'spa',
  redirect_uris: ['https://spa.example.com/cb'],
  token_endpoint_auth_method: 'none',
}

/** An adapter as the documented contract has it: no commit, nothing returned from consume. */
class MapAdapter implements Adapter {
  readonly #rows = new Map<string, AdapterPayload>()
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  async upsert(id: string, payload: AdapterPayload, _expiresIn?: number): Promise<void> {
    this.#rows.set(id, payload)
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#rows.get(id)
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return [...this.#rows.values()].find((row) => row.uid === uid)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return [...this.#rows.values()].find((row) => row.userCode === userCode)
  }

  async consume(id: string): Promise<void> {
    Object.assign(this.#rows.get(id) ?? {}, { consumed: Math.floor(Date.now() / 1000) })
  }

  async destroy(id: string): Promise<void> {
    this.#rows.delete(id)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, row] of this.#rows) if (row.grantId === grantId) this.#rows.delete(id)
  }
}

const findAccount: FindAccount = (ctx: KoaContextWithOIDC, sub, token): Account | undefined => {
  if (token?.clientId === 'blocked' || ctx.oidc.client?.clientId === 'blocked') return undefined
  return {
    accountId: sub,
    async claims(use, scope, claims, rejected) {
      return { sub, email: 'me@example.com', about: [use, scope, Object.keys(claims), rejected] }
    },
  }
}

const { Check, Prompt, base } = interactionPolicy
const policy = base()
policy.add(
  new Prompt(
    { name: 'terms', requestable: false },
    new Check('terms_changed', 'the terms have changed', async (ctx) =>
      ctx.oidc.session?.accountId === undefined ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
    ),
  ),
  1,
)

const configuration: Configuration = {
  adapter: MapAdapter,
  clients: [client],
  findAccount,
  interactions: { policy, url: async (_ctx, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ['a key'], long: { signed: true }, short: { signed: true } },
  claims: { email: ['email', 'email_verified'] },
  ttl: {
    AccessToken: (_ctx, token, { clientId }) => (clientId === 'spa' && token.scopes.has('openid') ? 60 : 600),
    Session: 3600,
  },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client?.clientId,
      accountId: ctx.oidc.session?.accountId,
    })
    grant.addOIDCScope('openid')
    await grant.save()
    return grant
  },
  renderError(ctx, out, error) {
    ctx.type = 'html'
    ctx.body = `${out.error} ${error.message}`
  },
  logger: { info() {}, warn() {}, error() {} },
}

describe('types for hosts', () => {
  it('compiles a host in strict TypeScript without a cast, and constructs its provider', () => {
    const provider = new Provider('https://op.example.com', configuration)
    provider.on('grant.error', (ctx, error) => [ctx.oidc.client?.clientId, error.error_detail])
    provider.on('authorization_code.saved', (code) => code.accountId)
    provider.registerGrantType(
      'urn:example:grant',
      async (ctx) => {
        if (ctx.oidc.param('token') === undefined) throw new errors.InvalidGrant('nothing to exchange')
        const token = new provider.AccessToken({ accountId: 'me', client: ctx.oidc.loaded('Client') })
        ctx.body = { access_token: await token.save(ctx), token_type: token.tokenType }
      },
      ['token'],
    )
    const result: InteractionResults = { login: { accountId: 'me', remember: false } }

    expect(result.login?.accountId).to.equal('me')
    expect(provider.urlFor('authorization')).to.equal('https://op.example.com/auth')
  })

  it('does not compile what cannot be meant', () => {
    // @ts-expect-error the option does not exist
    const unknownOption: Configuration = { cookie: {} }
    // @ts-expect-error a lifetime is no text
    const textualLifetime: Configuration = { ttl: { Session: '1h' } }
    // @ts-expect-error a feature is configured by an object
    const booleanFeature: Configuration = { features: { userinfo: true } }
    // @ts-expect-error an account needs its identifier
    const anonymous: Account = { claims: () => ({ sub: 'x' }) }

    expect([unknownOption, textualLifetime, booleanFeature, anonymous]).to.have.length(4)
  })
})
