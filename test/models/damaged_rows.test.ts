import { expect } from 'chai'
import { errors, type Provider } from '../../lib/index.ts'
import type { AdapterPayload } from '../../types/adapter.ts'
import type { KoaContextWithOIDC } from '../../types/context.ts'
import { mapAdapter } from '../support/map_adapter.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

const PKCE = { code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' }
const OWNER = { accountId: 'alice', clientId: 'web' }
type Finding = (value: string, options?: { ignoreExpiration?: boolean }) => Promise<unknown>

/** A provider whose storage somebody else damages, and what its operator reads. */
async function start() {
  const logged: unknown[] = []
  const entries = new Map<string, AdapterPayload>()
  const op = await startProvider({
    adapter: mapAdapter(entries),
    logger: { info() {}, warn() {}, error: (_message, cause) => logged.push(String(cause)) },
  })
  const damage = (kind: string, members: object) => {
    for (const [key, row] of entries) if (key.startsWith(`${kind}:`)) entries.set(key, { ...row, ...members })
  }
  return { op, provider: op.provider, entries, logged, damage }
}

describe('rows that somebody else damaged, found by a host itself', () => {
  afterEach(stopProviders)

  const kinds: Record<string, (provider: Provider) => [{ save(): Promise<string> }, Finding]> = {
    AccessToken: ({ AccessToken }) => [new AccessToken(OWNER), (...args) => AccessToken.find(...args)],
    RefreshToken: ({ RefreshToken }) => [new RefreshToken(OWNER), (...args) => RefreshToken.find(...args)],
    Grant: ({ Grant }) => [new Grant(OWNER), (...args) => Grant.find(...args)],
    RegistrationAccessToken: ({ RegistrationAccessToken: Model }) => [
      new Model({ clientId: 'web' }),
      (...args) => Model.find(...args),
    ],
  }
  for (const [kind, prepare] of Object.entries(kinds)) {
    for (const members of [{ exp: 'tomorrow' }, { iat: 'now' }, { clientId: ['web'] }]) {
      it(`F306 ${kind} with ${JSON.stringify(members)} is not there, and the log says why`, async () => {
        const { provider, logged, damage } = await start()
        const [model, find] = prepare(provider)
        const value = await model.save()
        damage(kind, members)

        expect(await find(value)).to.equal(undefined)
        expect(await find(value, { ignoreExpiration: true })).to.equal(undefined)
        expect(logged[0]).to.equal(`MalformedEntry: storage returned a malformed ${kind}`)
      })
    }
  }

  it('F290 BaseToken.find is the one of every kind, and of subclasses of a host', async () => {
    const { provider } = await start()
    class ApiToken extends provider.AccessToken {
      readonly isOfHost = true
    }
    const value = await new provider.AccessToken(OWNER).save()

    expect((await ApiToken.find(value))?.isOfHost).to.equal(true)
    expect((await provider.BaseToken.find.call(provider.AccessToken, value))?.clientId).to.equal('web')
    expect(await provider.BaseToken.find.call(provider.RefreshToken, value)).to.equal(undefined)
  })

  it('F290 BaseToken itself is no kind of token, as its find says', async () => {
    const { provider } = await start()
    const thrown = await Promise.resolve(
      Reflect.apply(provider.BaseToken.find, provider.BaseToken, ['x']),
    ).catch((error: unknown) => error)

    expect(thrown).to.be.instanceOf(TypeError).with.property('message').that.includes('provider.AccessToken')
  })

  it('with the request, server_error tells of it instead', async () => {
    const { op, provider, logged, damage } = await start()
    const value = await new provider.AccessToken({ accountId: 'alice', clientId: 'web' }).save()
    damage('AccessToken', { scope: 7 })
    const told: unknown[] = []
    provider.on('server_error', (ctx) => told.push(ctx.oidc.route))
    provider.use(async (ctx: KoaContextWithOIDC, next) => {
      await next()
      if (ctx.oidc.route === 'discovery') await provider.AccessToken.find(value, { ctx })
    })
    const { status } = await op.agent().get(provider.urlFor('discovery'))

    expect([status, told, logged]).to.deep.equal([200, ['discovery'], []])
  })

  it('F305 a session is found by neither id nor uid', async () => {
    const { op, provider, damage } = await start()
    const { agent } = await op.authorize()
    const id = agent.cookies.get('_session')?.value ?? ''
    const uid = (await provider.Session.find(id))?.uid ?? ''
    damage('Session', { loginTs: 'yesterday' })

    expect(uid).to.not.equal('')
    expect(await provider.Session.find(id)).to.equal(undefined)
    expect(await provider.Session.findByUid(uid)).to.equal(undefined)
  })

  it('a browser with a damaged session signs in anew (OpenID Connect Core 1.0 §3.1.2.3)', async () => {
    const { op, damage } = await start()
    const { agent } = await op.authorize()
    damage('Session', { loginTs: 'yesterday' })

    const { answer } = await op.authorize({}, agent)

    expect(answer.get('code')).to.be.a('string')
    expect(op.serverErrors.map(String)).to.include('MalformedEntry: storage returned a malformed Session')
  })

  it('F267 interactionDetails of a damaged interaction is SessionNotFound, and no fault of the host', async () => {
    const { op, damage, logged } = await start()
    const agent = op.agent()
    const screen = (await agent.get(op.authorizationUrl(PKCE))).headers.get('location') ?? ''
    damage('Interaction', { prompt: 'login' })
    const { status } = await agent.get(screen)

    expect(status).to.equal(400)
    expect(logged).to.deep.equal(['MalformedEntry: storage returned a malformed Interaction'])
  })

  it('F292 a client that is not valid is refused by Client.find, with the reason in error_detail', async () => {
    const { provider, entries } = await start()
    entries.set('Client:stored', { client_id: 'stored', client_secret: 'a secret', redirect_uris: [] })
    const row: object = { redirect_uris: 7 }
    entries.set('Client:stored', { ...entries.get('Client:stored'), ...row })
    const thrown = await provider.Client.find('stored').catch((error: unknown) => error)

    expect(thrown).to.be.instanceOf(errors.InvalidClient)
    expect(thrown).to.have.property('error_detail').that.includes('redirect_uris')
  })
})
