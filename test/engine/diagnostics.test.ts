import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { DiagnosticsChannels } from '../../types/running/diagnostics.ts'
import { claimsFor, keyClient, keyPair, requestToken, sign } from '../actions/client_auth/assertions.ts'
import { faultyAdapter } from '../support/faulty_adapter.ts'
import { listenTo, stopListening } from '../support/listening.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../support/start_provider.ts'

const last = <T>(list: readonly T[]): T | undefined => list[list.length - 1]

describe('channels of node:diagnostics_channel', () => {
  afterEach(async () => {
    stopListening()
    await stopServers()
    await stopProviders()
  })

  it('openid-provider:request tells why a request was refused', async () => {
    const op = await startProvider()
    const heard = listenTo('openid-provider:request')

    await op.token({ grant_type: 'authorization_code', client_secret: 'a wrong one' })

    expect(heard.map(({ phase }) => phase)).to.deep.equal(['start', 'end', 'asyncStart', 'asyncEnd'])
    expect(heard[0]?.message).to.deep.equal({ issuer: op.issuer, method: 'POST', route: 'token' })
    expect(last(heard)?.message).to.deep.equal({
      issuer: op.issuer,
      method: 'POST',
      route: 'token',
      isPending: true,
      status: 401,
      clientId: 'web',
      code: 'invalid_client',
      reason: 'client_auth.secret_wrong',
    })
  })

  it('openid-provider:storage tells which call failed, and of which request of ours it is a failure', async () => {
    const storage = faultyAdapter(memoryAdapter())
    const op = await startProvider({ adapter: storage.adapter })
    const requests = listenTo('openid-provider:request')
    const calls = listenTo('openid-provider:storage')
    storage.arm(1, 'throw-before')

    await op.userinfo('unknown')

    expect(calls.map(({ phase }) => phase)).to.deep.equal(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
    expect(calls[0]?.message).to.deep.equal({ operation: 'find', model: 'AccessToken' })
    expect(last(calls)?.message.error).to.be.an('error').with.property('name', 'StorageFault')
    expect(last(requests)?.message).to.include({
      status: 500,
      code: 'server_error',
      reason: 'server.failed',
    })
  })

  it('openid-provider:step tells each step, and what one threw; what answers at once has no async phases', async () => {
    const op = await startProvider()
    const heard = listenTo('openid-provider:step')

    await op.token({ grant_type: 'authorization_code', code: 'unknown', redirect_uri: 'x' })

    const failed = heard.filter(({ phase }) => phase === 'error').map(({ message }) => message)
    expect(failed.map(({ step }) => step)).to.deep.equal(['loadCode', 'runGrant'])
    expect(failed[0]).to.include({ issuer: op.issuer, route: 'token' })
    expect(failed[0]?.error).to.include({ reason: 'authorization_code.not_found' })
    const atOnce = heard.filter(({ message }) => message.step === 'checkOrigin')
    expect(atOnce.map(({ phase }) => phase)).to.deep.equal(['start', 'end'])
  })

  it('openid-provider:outgoing tells who was asked, without path and query, and what came back', async () => {
    const key = await keyPair('ES256', 'key')
    const remote = await startServer((_req, res) => {
      res
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ keys: [key.publicJwk] }))
    })
    const { jwks: _, ...client } = keyClient([])
    const op = await startProvider({
      allowSpecialUseAddresses: true,
      clients: [{ ...client, jwks_uri: `${remote.origin}/jwks?token=hidden` }],
      features: { clientCredentials: { enabled: true } },
    })
    const heard = listenTo('openid-provider:outgoing')
    const signatures = listenTo('openid-provider:signature')

    const header = { alg: 'ES256', kid: key.publicJwk.kid }
    const { status } = await requestToken(op, await sign(claimsFor('by-key', op), header, key.privateKey))

    expect(status).to.equal(200)
    expect(last(heard)).to.deep.equal({
      phase: 'asyncEnd',
      message: { method: 'GET', origin: remote.origin, isPending: true, status: 200 },
    })
    expect(last(signatures)?.message).to.include({ operation: 'verify', alg: 'ES256', isValid: true })
  })

  it('openid-provider:outgoing tells what went wrong', async () => {
    const remote = await startServer((_req, res) => res.destroy())
    const { jwks: _, ...client } = keyClient([])
    const op = await startProvider({
      allowSpecialUseAddresses: true,
      clients: [{ ...client, jwks_uri: `${remote.origin}/jwks` }],
      features: { clientCredentials: { enabled: true } },
    })
    const heard = listenTo('openid-provider:outgoing')

    const { privateKey } = await keyPair('ES256', 'key')
    await requestToken(op, await sign(claimsFor('by-key', op), { alg: 'ES256' }, privateKey))

    expect(heard.map(({ phase }) => phase)).to.deep.equal(['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
    expect(last(heard)?.message.error).to.be.an('error')
  })

  it('openid-provider:signature tells of a signature that does not hold, also of one by a secret, which is told at once (RFC 7518 §3.2)', async () => {
    const client = { ...WEB_CLIENT, token_endpoint_auth_method: 'client_secret_jwt' as const }
    const op = await startProvider({ clients: [client], features: { clientCredentials: { enabled: true } } })
    const heard = listenTo('openid-provider:signature')

    const secret = new TextEncoder().encode('another secret of enough characters')
    const answer = await requestToken(op, await sign(claimsFor('web', op), { alg: 'HS256' }, secret))

    expect(answer.status).to.equal(401)
    expect(heard.map(({ phase }) => phase)).to.deep.equal(['start', 'end'])
    expect(last(heard)?.message).to.include({ operation: 'verify', alg: 'HS256', isValid: false })
  })

  describe('around a login', () => {
    const NAMES = [
      'openid-provider:request',
      'openid-provider:step',
      'openid-provider:storage',
      'openid-provider:signature',
    ] as const

    it('tell each request, step, storage call and signature, and nothing that is secret', async () => {
      const op = await startProvider()
      const heard = new Map(NAMES.map((name) => [name, listenTo(name)]))

      const { body, code, verifier, agent } = await op.login({
        scope: 'openid offline_access',
        prompt: 'consent',
      })
      await op.userinfo(body['access_token'])

      const of = (name: (typeof NAMES)[number]) =>
        (heard.get(name) ?? []).filter(({ phase }) => phase === 'start').map(({ message }) => message)
      const routes = of('openid-provider:request').map((message) => Reflect.get(message, 'route'))
      expect(routes).to.deep.equal(['authorization', 'resume', 'resume', 'token', 'userinfo'])
      expect(of('openid-provider:step').length).to.be.above(40)
      expect(of('openid-provider:storage')).to.deep.include({ operation: 'find', model: 'AuthorizationCode' })
      expect(of('openid-provider:storage')).to.deep.include({
        operation: 'commit',
        operations: [
          'require Grant',
          'consume AuthorizationCode',
          'insert AccessToken',
          'insert RefreshToken',
        ],
      })
      expect(of('openid-provider:signature')).to.deep.equal([{ operation: 'sign', alg: 'RS256' }])
      const told = JSON.stringify([...heard.values()])
      const cookies = JSON.stringify([...agent.cookies.values()]).match(/[\w-]{20,}/g) ?? []
      const secrets = [
        code,
        verifier,
        body['access_token'],
        body['refresh_token'],
        body['id_token'],
        ...cookies,
      ]
      for (const secret of secrets) expect(told).to.not.include(String(secret))
    })

    it('keep what is bound to them: a storage call knows the request that it is for', async () => {
      const op = await startProvider()
      const store = new AsyncLocalStorage<DiagnosticsChannels['openid-provider:request']>()
      const requests = tracingChannel<unknown, DiagnosticsChannels['openid-provider:request']>(
        'openid-provider:request',
      )
      const storage = tracingChannel<unknown, DiagnosticsChannels['openid-provider:storage']>(
        'openid-provider:storage',
      )
      const seen: unknown[] = []
      const note = () => seen.push(store.getStore()?.route)
      requests.start.bindStore(store, (message) => message)
      storage.start.subscribe(note)

      await op.userinfo('unknown')

      requests.start.unbindStore(store)
      storage.start.unsubscribe(note)
      expect(seen).to.deep.equal(['userinfo'])
    })
  })
})
