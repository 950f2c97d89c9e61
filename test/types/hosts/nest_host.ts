/** A host on Nest: a module that makes the provider, decorators upon its context, and a controller for the screens. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  Logger,
  Module,
  type OnModuleInit,
} from '@nestjs/common'
import type { Request, Response } from 'express'
import {
  type Account,
  type AccountClaims,
  type AdapterFactory,
  type ClientMetadata,
  type Configuration,
  type errors,
  type InteractionResults,
  type KoaContextWithOIDC,
  Provider,
  type Session,
} from 'oidc-provider'

export interface OidcModuleOptions {
  issuer: string
  path?: string
  proxy?: boolean
  oidc?: Configuration
}

export interface OidcModuleOptionsFactory {
  createModuleOptions(): OidcModuleOptions | Promise<OidcModuleOptions>
  createAdapterFactory?(): AdapterFactory | Promise<AdapterFactory>
}

@Injectable()
export class AccountService {
  async findAccount(ctx: KoaContextWithOIDC, id: string): Promise<Account | undefined> {
    if (id !== 'alice' && ctx.oidc.client?.clientId !== 'test') return undefined
    return {
      accountId: id,
      claims: (use: string, scope: string, claims, rejected) =>
        this.claims(id, `${use} ${scope} ${Object.keys(claims)} ${rejected}`),
    }
  }

  private async claims(sub: string, about: string): Promise<AccountClaims> {
    return { sub, about }
  }
}

@Injectable()
export class OidcConfigService implements OidcModuleOptionsFactory {
  constructor(private readonly accounts: AccountService) {}

  createModuleOptions(): OidcModuleOptions {
    const clients: ClientMetadata[] = [
      { client_id: 'app', redirect_uris: ['https://rp.example.com/cb'], token_endpoint_auth_method: 'none' },
    ]
    return { issuer: 'https://op.example.com', path: '/oidc', oidc: this.configuration(clients) }
  }

  private configuration(clients: ClientMetadata[]): Configuration {
    return {
      clients,
      findAccount: this.accounts.findAccount.bind(this.accounts),
      interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
      pkce: { methods: ['S256'], required: () => true },
      features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
      jwks: { keys: [] },
    }
  }
}

export class InteractionHelper {
  constructor(
    private readonly provider: Provider,
    private readonly req: IncomingMessage,
    private readonly res: ServerResponse,
  ) {}

  details(): ReturnType<Provider['interactionDetails']> {
    return this.provider.interactionDetails(this.req, this.res)
  }

  finished(result: InteractionResults, options?: { mergeWithLastSubmission?: boolean }): Promise<void> {
    return this.provider.interactionFinished(this.req, this.res, result, options)
  }
}

const oidcContext = (context: ExecutionContext, provider: Provider): KoaContextWithOIDC['oidc'] => {
  const http = context.switchToHttp()
  const ctx = provider.app.createContext(http.getRequest<Request>(), http.getResponse<Response>())
  return new provider.OIDCContext(ctx as never)
}

export const OidcSession = (provider: Provider) =>
  createParamDecorator((_data: unknown, context: ExecutionContext): Promise<Session> => {
    const { getRequest, getResponse } = context.switchToHttp()
    return provider.Session.get(provider.app.createContext(getRequest(), getResponse()))
  })
export const OidcParams = (provider: Provider) =>
  createParamDecorator(
    (name: string, context: ExecutionContext) => oidcContext(context, provider).params?.[name],
  )

@Module({ providers: [AccountService, OidcConfigService] })
export class OidcModule implements OnModuleInit {
  private readonly logger = new Logger(OidcModule.name)
  readonly provider: Provider

  constructor(options: OidcModuleOptions, adapter?: AdapterFactory) {
    this.provider = new Provider(options.issuer, { ...options.oidc, ...(adapter ? { adapter } : {}) })
    this.provider.proxy = options.proxy === true
  }

  onModuleInit(): void {
    this.provider.on('server_error', (ctx, error) =>
      this.logger.error(`${ctx.path} ${error.message}`, error.stack),
    )
    this.provider.on('authorization.error', (_ctx, error: errors.OIDCProviderError) =>
      this.logger.warn(error.error_detail ?? error.message),
    )
    const { findAccount } = this.provider.Account
    this.provider.Account.findAccount = async (ctx, id, token) =>
      id === 'blocked' ? undefined : findAccount(ctx, id, token)
  }
}
