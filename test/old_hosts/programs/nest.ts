/** A host on Nest with nest-oidc-provider: the module makes the provider, a controller has the screens. */
import 'reflect-metadata'
import { Body, Controller, Get, Injectable, Module, Post } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  InjectOidcProvider,
  type InteractionHelper,
  type KoaContextWithOIDC,
  OidcContext,
  OidcInteraction,
  OidcModule,
  type OidcModuleOptionsFactory,
  OidcSession,
  type Provider,
  type Session,
} from 'nest-oidc-provider'
import { configuration } from './configuration.mjs'
import { consentPage, grantFor, loginPage } from './consent.mjs'
import { RedisAdapter } from './redis_adapter.mjs'

const { PORT = '3000' } = process.env

@Injectable()
class OidcConfigService implements OidcModuleOptionsFactory {
  createModuleOptions() {
    return { issuer: `http://localhost:${PORT}/oidc`, path: '/oidc', oidc: configuration }
  }

  createAdapterFactory() {
    return (name: string) => new RedisAdapter(name)
  }
}

@Controller('/interaction')
class InteractionController {
  constructor(@InjectOidcProvider() private readonly provider: Provider) {}

  @Get(':uid')
  async show(@OidcInteraction() interaction: InteractionHelper) {
    const { prompt, params, uid } = await interaction.details()
    const client = await this.provider.Client.find(params['client_id'] as string)
    return prompt.name === 'login' ? loginPage(client, uid) : consentPage(client, uid, prompt.details)
  }

  @Post(':uid/login')
  async login(@OidcInteraction() interaction: InteractionHelper, @Body() form: Record<string, string>) {
    await interaction.finished(
      { login: { accountId: form['login'] ?? '' } },
      { mergeWithLastSubmission: false },
    )
  }

  @Post(':uid/confirm')
  async confirm(@OidcInteraction() interaction: InteractionHelper) {
    const consent = await grantFor(this.provider, await interaction.details())
    await interaction.finished({ consent }, { mergeWithLastSubmission: true })
  }

  @Get(':uid/abort')
  async abort(@OidcInteraction() interaction: InteractionHelper) {
    const result = { error: 'access_denied', error_description: 'End-User aborted interaction' }
    await interaction.finished(result, { mergeWithLastSubmission: false })
  }
}

@Controller('/who')
class WhoController {
  @Get()
  async who(@OidcSession() session: Session, @OidcContext() ctx: KoaContextWithOIDC) {
    return { accountId: session.accountId, issuer: ctx.oidc.issuer }
  }
}

@Module({
  imports: [OidcModule.forRootAsync({ useClass: OidcConfigService })],
  controllers: [InteractionController, WhoController],
})
class AppModule {}

NestFactory.create(AppModule, { logger: ['error', 'warn'] }).then((app) => app.listen(PORT))
