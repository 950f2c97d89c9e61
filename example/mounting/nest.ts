import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { makeProvider, port } from './provider.ts'

class AppModule {}
Module({})(AppModule) // in your project: @Module({ … }) class AppModule {}

async function bootstrap(): Promise<void> {
  const provider = makeProvider(`http://localhost:${port}/oidc`)
  const app = await NestFactory.create(AppModule, { logger: ['error'] })
  app.use('/oidc', provider.callback())
  await app.listen(port)
}
void bootstrap()
