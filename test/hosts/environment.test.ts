import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import express from 'express'
import { developmentKeys } from '../../lib/helpers/jose/development_keys.ts'
import Provider from '../../lib/index.ts'
import { REDIRECT_URI, startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const KEYS = developmentKeys()

function recordingLogger() {
  const warnings: string[] = []
  return { warnings, logger: { info() {}, warn: (message: string) => warnings.push(message), error() {} } }
}

describe('A028: an https issuer behind a proxy', () => {
  /** Sends requests to a provider whose issuer is https. */
  async function ask(proxy: boolean, headers: Record<string, string>) {
    const { warnings, logger } = recordingLogger()
    const provider = new Provider('https://op.example.com', { logger, jwks: KEYS, cookies: { keys: ['k'] } })
    provider.proxy = proxy
    const server = createServer(provider.callback()).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const address: AddressInfo | string | null = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    warnings.length = 0
    const url = `http://127.0.0.1:${port}/.well-known/openid-configuration`
    const answers = [await fetch(url, { headers }), await fetch(url, { headers })]
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    server.closeAllConnections()
    server.close()
    return { warnings, bodies }
  }

  it('says once that requests come over plain http, and what to do', async () => {
    const { warnings } = await ask(false, {})

    expect(warnings).to.have.length(1)
    expect(warnings[0]).to.include('provider.proxy = true')
  })

  it('H8: does not believe X-Forwarded-Proto unless proxy is on (RFC 7239 §8.1)', async () => {
    const { warnings } = await ask(false, {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
    })

    expect(warnings).to.have.length(1)
  })

  it('is content with X-Forwarded-Proto when proxy is on, and takes no host from it', async () => {
    const { warnings, bodies } = await ask(true, {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
    })

    expect(warnings).to.deep.equal([])
    for (const body of bodies) expect(body).not.to.include('evil.example')
  })
})

describe('A031: a body that a parser in front has read', () => {
  afterEach(stopProviders)

  const start = (extended: boolean) => {
    const { warnings, logger } = recordingLogger()
    const pending = startProvider(
      { logger },
      { host: (provider) => express().use(express.urlencoded({ extended })).use(provider.callback()) },
    )
    return { warnings, pending }
  }

  it('is used, and the host hears of it once', async () => {
    const { warnings, pending } = start(false)
    const op = await pending

    const { status, body } = await op.login()
    const userinfo = await op.post('userinfo', { access_token: String(body['access_token']) })

    expect(status).to.equal(200)
    expect(userinfo.body).to.deep.equal({ sub: 'alice' })
    expect(warnings.filter((message) => message.includes('already parsed request body'))).to.have.length(1)
  })

  it('A7: a parameter that was sent twice is refused (RFC 6749 §3.2)', async () => {
    const op = await start(true).pending

    const { status, body } = await op.post(
      'token',
      'grant_type=authorization_code&code=a&code=b&client_id=web',
    )

    expect(status).to.be.oneOf([400, 401])
    expect(body['error']).to.be.oneOf(['invalid_request', 'invalid_client'])
  })

  it('A25: parameters that a parser made objects of are not recognised', async () => {
    const op = await start(true).pending
    const { code, verifier } = await op.authorize()

    const form = new URLSearchParams({
      client_id: WEB_CLIENT.client_id,
      client_secret: WEB_CLIENT.client_secret ?? '',
      grant_type: 'authorization_code',
      'code[value]': code,
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
    })
    const { status, body } = await op.post('token', form.toString())

    expect(status).to.equal(400)
    expect(body['error']).to.equal('invalid_request')
    expect((await op.exchange(code, verifier)).status).to.equal(200)
  })
})
