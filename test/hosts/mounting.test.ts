import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import express from 'express'
import Koa from 'koa'
import mount from 'koa-mount'
import { REDIRECT_URI, startProvider, stopProviders } from '../support/start_provider.ts'
import { HOST_ANSWER, HOSTS } from './hosts.ts'

/** Sends a GET whose Host header is as given; fetch would not let us. */
async function getWithHost(origin: string, path: string, host: string) {
  const { hostname, port } = new URL(origin)
  const sent = request({ hostname, port, path, setHost: false, headers: { host, accept: 'text/html' } })
  sent.end()
  const [response] = await once(sent, 'response')
  return {
    status: Number(response.statusCode),
    headers: JSON.stringify(response.headers),
    body: await text(response),
  }
}

for (const { title, mountPath, around, host } of HOSTS) {
  describe(`in ${title}`, () => {
    afterEach(stopProviders)
    const start = () => startProvider({ issueRefreshToken: () => true }, { mountPath, host })

    it('F260 F326 A025: logs in, exchanges the code, refreshes and reads the userinfo (OpenID Connect Core 1.0 §3.1)', async () => {
      const op = await start()

      const { status, body, agent } = await op.login()
      const refreshed = await op.refresh(body['refresh_token'])
      const silent = await op.authorize({ prompt: 'none' }, agent)

      expect(op.serverErrors).to.deep.equal([])
      expect(status).to.equal(200)
      expect((await op.userinfo(refreshed.body['access_token'])).body).to.deep.equal({ sub: 'alice' })
      expect(silent.location?.startsWith(REDIRECT_URI)).to.equal(true)
      expect(silent.answer.get('iss')).to.equal(op.issuer)
    })

    it('K1: tells its issuer, and endpoints under it (RFC 8414 §3.3)', async () => {
      const op = await start()

      const response = await fetch(`${op.issuer}/.well-known/openid-configuration`)
      const metadata: Record<string, unknown> = JSON.parse(await response.text())

      expect(metadata['issuer']).to.equal(op.issuer)
      const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))
      expect(endpoints).to.have.length.above(3)
      for (const [name, url] of endpoints)
        expect(String(url).startsWith(`${op.issuer}/`), name).to.equal(true)
      const keys: { keys?: unknown[] } = JSON.parse(await (await fetch(String(metadata['jwks_uri']))).text())
      expect(keys.keys).to.have.length.above(0)
    })

    it(`A030: a path that is not the provider's is ${around ? 'handed on to the host' : 'answered with a JSON 404'}`, async () => {
      const op = await start()

      for (const path of ['/nothing', '/auth/a/b', '/token/x']) {
        const response = await fetch(`${op.issuer}${path}`)
        const body = await response.text()

        if (around) expect({ status: response.status, body }).to.deep.equal(HOST_ANSWER)
        else {
          expect(response.status).to.equal(404)
          expect(JSON.parse(body)).to.have.property('error', 'invalid_request')
        }
      }
    })

    it('H24: a method that a path of the provider does not have is refused by the provider (RFC 9110 §15.5.6)', async () => {
      const op = await start()

      const response = await fetch(op.provider.urlFor('token'))

      expect(response.status).to.equal(405)
      expect(response.headers.get('allow')).to.include('POST')
    })

    it('F329 A029: a foreign Host header shows in no URL (RFC 9700 §4.11)', async () => {
      const op = await start()
      const { pathname, search } = new URL(
        op.authorizationUrl({ code_challenge: 'c'.repeat(43), code_challenge_method: 'S256' }),
      )

      for (const path of [
        `${mountPath}/.well-known/openid-configuration`,
        `${pathname}${search}`,
        pathname,
      ]) {
        const { status, headers, body } = await getWithHost(op.origin, path, 'evil.example')

        expect(status, path).to.be.below(500)
        expect(`${headers}${body}`, path).not.to.include('evil.example')
      }
      expect(op.serverErrors).to.deep.equal([])
    })

    for (const bad of ['a b', 'evil/x?', 'x@y', '[', '', 'x:y:z']) {
      it(`H5: the Host header "${bad}" is never a failure of ours (RFC 9112 §3.2)`, async () => {
        const op = await start()
        const { pathname, search } = new URL(op.authorizationUrl())

        for (const path of [`${mountPath}/.well-known/openid-configuration`, `${pathname}${search}`]) {
          const { status } = await getWithHost(op.origin, path, bad)

          expect(status, path).to.be.below(500)
        }
        expect(op.serverErrors).to.deep.equal([])
      })
    }
  })
}

describe('well-known documents of an issuer with a path (RFC 8414 §3.1)', () => {
  afterEach(stopProviders)

  it('K5: stand under the path, and the one of RFC 8414 in front of it', async () => {
    const op = await startProvider({}, { mountPath: '/op', host: (provider) => provider.callback() })

    for (const path of [
      '/op/.well-known/openid-configuration',
      '/op/.well-known/oauth-authorization-server',
      '/.well-known/oauth-authorization-server/op',
    ]) {
      const response = await fetch(`${op.origin}${path}`)
      const metadata: Record<string, unknown> = JSON.parse(await response.text())

      expect(response.status, path).to.equal(200)
      expect(metadata['issuer'], path).to.equal(`${op.origin}/op`)
      expect(metadata['token_endpoint'], path).to.equal(`${op.origin}/op/token`)
    }
  })

  it('K5: a longer path in front is not mistaken for it', async () => {
    const op = await startProvider({}, { mountPath: '/op', host: (provider) => provider.callback() })

    for (const path of ['/.well-known/oauth-authorization-server/op2', '/op2/token', '/opx']) {
      expect((await fetch(`${op.origin}${path}`)).status, path).to.equal(404)
    }
  })
})

describe('mount path and issuer that differ', () => {
  afterEach(stopProviders)

  it('A025, A026: endpoints stand where the request came in, the issuer stays', async () => {
    const op = await startProvider({}, { host: (provider) => express().use('/prefix', provider.callback()) })

    const response = await fetch(`${op.origin}/prefix/.well-known/openid-configuration`)
    const metadata: Record<string, unknown> = JSON.parse(await response.text())

    expect(metadata['issuer']).to.equal(op.origin)
    expect(metadata['token_endpoint']).to.equal(`${op.origin}/prefix/token`)
  })

  it('A025: pathFor and urlFor take a mountPath', async () => {
    const { provider, origin } = await startProvider({}, { mountPath: '/oidc' })

    expect(provider.pathFor('token')).to.equal('/oidc/token')
    expect(provider.urlFor('token', { mountPath: '/other' })).to.equal(`${origin}/other/token`)
  })
})

describe('middleware behind the provider, mounted into koa', () => {
  afterEach(stopProviders)

  it('A022: what provider.app.use() added sees answered requests, the application does not', async () => {
    const seen: string[] = []
    const op = await startProvider(
      {},
      {
        mountPath: '/oidc',
        host(provider, mountPath) {
          provider.app.use(async (ctx, next) => {
            seen.push(`added ${ctx.status}`)
            await next()
          })
          const app = new Koa()
          app.use(mount(mountPath, provider.app))
          app.use((ctx) => {
            seen.push(`application ${ctx.status}`)
          })
          return app.callback()
        },
      },
    )

    const answered = await fetch(`${op.issuer}/jwks`)
    await fetch(`${op.issuer}/nothing`)

    expect(answered.status).to.equal(200)
    expect(await answered.text()).to.include('"keys"')
    expect(seen).to.deep.equal(['added 200', 'added 404', 'application 404'])
    const { code } = await op.authorize()

    expect(code).to.not.equal('')
    expect(seen.filter((one) => /^application [23]/.test(one))).to.deep.equal([])
  })
})
