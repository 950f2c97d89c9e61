/** One server to be measured: `openid-provider` (this one), `oidc-provider` or `floor`. Talks to its parent only. */
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { importJWK, type JWK, SignJWT } from 'jose'
import Koa from 'koa'
import { Provider } from '../lib/index.ts'
import { CLIENT, configuration, REDIRECT_URI } from './setup.ts'

const [name = '', moduleFolder = ''] = process.argv.slice(2)

/** A signature for each request, and nothing else. */
async function floor(): Promise<RequestListener> {
  const key = await importJWK(signingKey(), 'RS256')
  const app = new Koa()
  app.use(async (ctx) => {
    ctx.body = {
      id_token: await new SignJWT({ sub: 'alice' }).setProtectedHeader({ alg: 'RS256' }).sign(key),
    }
  })
  return app.callback()
}

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'RS256' }
}

/** The end-user logs in and allows everything at the first screen. */
function withScreens(provider: Provider): RequestListener {
  const serve = provider.callback()
  return async (req, res) => {
    if (!req.url?.startsWith('/interaction/')) return serve(req, res)
    const grant = new provider.Grant({ accountId: 'alice', clientId: CLIENT.client_id })
    grant.addOIDCScope('openid')
    const grantId = await grant.save()
    await provider.interactionFinished(req, res, { login: { accountId: 'alice' }, consent: { grantId } })
  }
}

/** The package of the same interface from the registry. */
async function loadRegistryProvider(): Promise<typeof Provider> {
  const entry = createRequire(join(moduleFolder, 'index.js')).resolve('oidc-provider')
  const { Provider: Registry } = await import(pathToFileURL(entry).href)
  return Registry
}

async function makeListener(): Promise<RequestListener> {
  if (name === 'floor') return floor()
  const Implementation = name === 'openid-provider' ? Provider : await loadRegistryProvider()
  const issuer = 'http://127.0.0.1'
  return withScreens(
    new Implementation(issuer, { ...configuration(REDIRECT_URI), jwks: { keys: [signingKey()] } }),
  )
}

const server = createServer(await makeListener())
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : 0)
})
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.(user + system)
})
