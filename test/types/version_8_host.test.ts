/** A host as it was written for version 8; it has to compile as it is. */
import { expect } from 'chai'
import Provider, {
  type Adapter,
  type AdapterPayload,
  type ClientMetadata,
  type Configuration,
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
  type ResourceServer,
} from '../../lib/index.ts'

class RowAdapter implements Adapter {
  readonly #rows = new Map<string, AdapterPayload>()

  async upsert(id: string, payload: AdapterPayload, _expiresIn: number): Promise<void> {
    this.#rows.set(
      `${payload.kind} ${payload.clientId} ${payload.scope} ${payload.result?.login?.accountId}`,
      payload,
    )
    this.#rows.set(id, payload)
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#rows.get(id)
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return [...this.#rows.values()].find((row) => row.userCode === userCode)
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return [...this.#rows.values()].find((row) => row.uid === uid)
  }

  async consume(id: string): Promise<void> {
    this.#rows.delete(id)
  }

  async destroy(id: string): Promise<void> {
    this.#rows.delete(id)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, row] of this.#rows) if (row.grantId === grantId) this.#rows.delete(id)
  }
}

class HostProvider extends Provider {
  describe(): string {
    return this.issuer
  }
}

const policy = interactionPolicy.base()
policy.get('consent')?.checks.remove('native_client_prompt')

const configuration: Configuration = {}
configuration.adapter = RowAdapter
configuration.clients = []
configuration.clients.push({
  client_id: 'app',
  redirect_uris: ['https://app.example.com/cb'],
  client_secret: 'x',
})
configuration.interactions = { policy, url: (_ctx, interaction) => `/interaction/${interaction.uid}` }
configuration.ttl = { AccessToken: 60, Invitation: 3600 }
configuration.features = {}
configuration.features.devInteractions = { enabled: false }
configuration.features.registration = {
  policies: { named: (_ctx: KoaContextWithOIDC, metadata: ClientMetadata) => void metadata.client_id.length },
}
configuration.features.resourceIndicators = {
  getResourceServerInfo: async (): Promise<ResourceServer> => ({ scope: 'read', accessTokenFormat: 'jwt' }),
}

describe('types in place of those of version 8: a host', () => {
  const make = () => new HostProvider('https://op.example.com', configuration)

  it('listens with the classes of errors, and to names that are known as text alone', () => {
    const provider = make()
    const heard: unknown[] = []
    provider.on('grant.error', (_ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) =>
      heard.push(error.status),
    )
    provider.once('server_error', (_ctx, error: Error) => heard.push(error.message))
    provider.on('backchannel.error', (_ctx, _error, _client, _accountId, sid: string) =>
      heard.push(sid.length),
    )
    for (const name of ['audit.one', 'audit.two'] satisfies string[]) {
      provider.on(name, (...args) => heard.push([name, args]))
      provider.addListener(name, (ctx: KoaContextWithOIDC) => void ctx)
    }
    // @ts-expect-error the listener of this event is given a request
    provider.on('grant.error', (ctx: number) => ctx)

    provider.emit('audit.one', 'something')
    expect(heard).to.deep.equal([['audit.one', ['something']]])
  })

  it('puts middleware in front that know the context of the provider, which is a Provider', () => {
    const provider = make()
    provider.use(async (ctx: KoaContextWithOIDC, next) => {
      const op: Provider = ctx.oidc.provider
      await next()
      ctx.set('x-issuer', op.issuer)
    })
    provider.use(async (ctx, next) => {
      ctx.set('x-plain', 'yes')
      await next()
    })
    expect(provider.describe()).to.equal('https://op.example.com')
  })

  it('tells errors apart by their class', () => {
    const error: unknown = new errors.AccessDenied('no', 'because')
    expect(error instanceof errors.OIDCProviderError && error.error_detail).to.equal('because')
  })
})
