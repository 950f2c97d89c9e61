import type { IncomingMessage, RequestListener } from 'node:http'
import express from 'express'
import Koa from 'koa'
import mount from 'koa-mount'
import type { Provider } from '../../lib/provider.ts'

/** What a host answers where the provider has nothing to say. */
export const HOST_ANSWER = { status: 418, body: 'the host' }

export interface Host {
  title: string
  /** Where the provider is. */
  mountPath: string
  /** Whether there is an application around it. */
  around: boolean
  host(provider: Provider, mountPath: string): RequestListener
}

/** Hands requests to the provider as connect does: without the path they came for. */
function connect(provider: Provider, mountPath: string): RequestListener {
  const handle = provider.callback()
  return (req: IncomingMessage & { originalUrl?: string }, res) => {
    const next = () => {
      req.url = req.originalUrl
      res.statusCode = HOST_ANSWER.status
      res.end(HOST_ANSWER.body)
    }
    req.originalUrl = req.url ?? ''
    if (!req.originalUrl.startsWith(`${mountPath}/`)) return next()
    req.url = req.originalUrl.slice(mountPath.length)
    return handle(req, res, next)
  }
}

export const HOSTS: readonly Host[] = [
  { title: 'http.createServer()', mountPath: '', around: false, host: (provider) => provider.callback() },
  {
    title: 'http.createServer(), with an issuer that has a path',
    mountPath: '/op',
    around: false,
    host: (provider) => provider.callback(),
  },
  {
    title: 'express',
    mountPath: '/oidc',
    around: true,
    host: (provider, mountPath) =>
      express()
        .use(mountPath, provider.callback())
        .use((_req, res) => {
          res.status(HOST_ANSWER.status).send(HOST_ANSWER.body)
        }),
  },
  {
    title: 'a router of express inside another',
    mountPath: '/auth/oidc',
    around: true,
    host: (provider) =>
      express()
        .use('/auth', express.Router().use('/oidc', provider.callback()))
        .use((_req, res) => {
          res.status(HOST_ANSWER.status).send(HOST_ANSWER.body)
        }),
  },
  {
    title: 'koa, with koa-mount',
    mountPath: '/oidc',
    around: true,
    host(provider, mountPath) {
      const app = new Koa()
      app.use(mount(mountPath, provider.app))
      app.use((ctx) => {
        ctx.status = HOST_ANSWER.status
        ctx.body = HOST_ANSWER.body
      })
      return app.callback()
    },
  },
  { title: 'connect', mountPath: '/oidc', around: true, host: connect },
]
