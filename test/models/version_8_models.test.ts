import { createHash, X509Certificate } from 'node:crypto'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { epochTime } from '../../lib/helpers/epoch_time.ts'
import type { ModelName } from '../../types/model_name.ts'
import { startClock, stopClock } from '../support/clock.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'

describe('models as hosts of version 8 use them (F306)', () => {
  afterEach(async () => {
    startClock()
    await stopProviders()
  })

  describe('save(ttl)', () => {
    it('F305 a session that was made by the host is stored for as long as it says', async () => {
      const { provider } = await startProvider()
      const session = new provider.Session({ jti: 'chosen-by-the-host' })
      session.loginAccount({ accountId: 'bob' })
      const id = await session.save(60)
      const found = await provider.Session.find(id)

      expect(id).to.equal('chosen-by-the-host')
      expect(found?.accountId).to.equal('bob')
      expect(found?.remainingTTL).to.be.within(58, 60)
    })

    it('F305 a session that was found can be saved again, and persisted', async () => {
      stopClock()
      const { provider } = await startProvider({ ttl: { Session: 1000 } })
      const id = await new provider.Session({ accountId: 'bob' }).persist()
      const found = await provider.Session.find(id)
      await found?.save(60)
      const shorter = await provider.Session.find(id)
      await shorter?.persist()

      expect(shorter?.exp).to.be.at.least(epochTime() + 998)
      expect(found?.remainingTTL).to.be.at.most(60)
    })

    it('F305 a session that ended meanwhile is not brought back', async () => {
      const { provider } = await startProvider()
      const id = await new provider.Session({ jti: 'one', accountId: 'bob' }).persist()
      const found = await provider.Session.find(id)
      await found?.destroy()
      const failure = await found?.save(60).catch((error: unknown) => error)

      expect(failure).to.be.instanceOf(Error)
      expect(await provider.Session.find(id)).to.equal(undefined)
    })

    it('F305 a session cannot take the place of another by its id', async () => {
      const { provider } = await startProvider()
      await new provider.Session({ jti: 'one', accountId: 'bob' }).persist()
      const failure = await new provider.Session({ jti: 'one', accountId: 'eve' })
        .persist()
        .catch((error: unknown) => error)

      expect(failure).to.be.instanceOf(Error)
      expect((await provider.Session.find('one'))?.accountId).to.equal('bob')
    })

    it('F298 an interaction is made with its uid in front, saved, found and saved again', async () => {
      const { provider } = await startProvider()
      const interaction = new provider.Interaction('the-uid', {
        returnTo: 'https://op.example.com/auth/the-uid',
        params: { client_id: 'web' },
        cid: 'cid',
      })
      const id = await interaction.save(60)
      const found = await provider.Interaction.find('the-uid')
      if (found !== undefined) found.result = { login: { accountId: 'bob' } }
      await found?.persist()
      const again = await provider.Interaction.find('the-uid')

      expect(id).to.equal('the-uid')
      expect(again?.uid).to.equal('the-uid')
      expect(again?.result).to.deep.equal({ login: { accountId: 'bob' } })
      expect(again?.remainingTTL).to.be.within(57, 60)
    })

    it('F298 an interaction that was saved without a ttl ends when ttl.Interaction says', async () => {
      const { provider } = await startProvider({ ttl: { Interaction: 30 } })
      await new provider.Interaction('the-uid', {}).persist()

      expect((await provider.Interaction.find('the-uid'))?.remainingTTL).to.be.at.most(30)
    })

    it('F298 an interaction that says when it ends does so, whatever ttl.Interaction says', async () => {
      const { provider } = await startProvider({ ttl: { Interaction: 30 } })
      const exp = epochTime() + 600
      await new provider.Interaction('the-uid', { exp }).persist()

      expect((await provider.Interaction.find('the-uid'))?.exp).to.equal(exp)
    })

    it('F303 a ReplayDetection is kept for as long as it says, and never for ever', async () => {
      const { provider } = await startProvider()
      const id = await new provider.ReplayDetection({ jti: 'seen', iss: 'rp' }).save(60)
      const failure = await new provider.ReplayDetection({ jti: 'eternal' })
        .save()
        .catch((error: unknown) => error)

      expect((await provider.ReplayDetection.find(id))?.remainingTTL).to.be.within(58, 60)
      expect(failure).to.be.instanceOf(TypeError)
    })

    it('F303 a ReplayDetection that says when it ends can be persisted, and again', async () => {
      const { provider } = await startProvider()
      const exp = epochTime() + 60
      const record = new provider.ReplayDetection({ jti: 'seen', iss: 'rp', exp })
      const id = await record.persist()
      const found = await provider.ReplayDetection.find(id)

      expect(await found?.persist()).to.equal('seen')
      expect((await provider.ReplayDetection.find(id))?.exp).to.equal(exp)
    })

    it('F303 unique() of an instance tells a first use from a second', async () => {
      const { provider } = await startProvider()
      const exp = epochTime() + 60
      const told: unknown[] = []
      provider.on('replay_detection.saved', ({ iss }) => told.push(iss))

      expect(await new provider.ReplayDetection().unique('rp', 'one', exp)).to.equal(true)
      expect(await new provider.ReplayDetection().unique('rp', 'one', exp)).to.equal(false)
      expect(await provider.ReplayDetection.unique('rp', 'one', exp)).to.equal(false)
      expect(told).to.deep.equal(['rp'])
    })

    it('F303 unique() without an end remembers for a day', async () => {
      const { provider } = await startProvider()
      const record = new provider.ReplayDetection()

      expect(await record.unique('rp', 'one')).to.equal(true)
      expect(await provider.ReplayDetection.unique('rp', 'one')).to.equal(false)
      expect(record.exp).to.be.closeTo(epochTime() + 86_400, 5)
    })

    for (const ttl of [0, -5, Number.NaN]) {
      it(`refuses a ttl of ${ttl} instead of storing it for ever`, async () => {
        const { provider } = await startProvider()
        const failure = await new provider.Session().save(ttl).catch((error: unknown) => error)

        expect(failure).to.be.instanceOf(TypeError)
      })
    }
  })

  describe('tokens with a value of the host', () => {
    it('F287 end when their ttl says', async () => {
      const { provider } = await startProvider()
      const value = await new provider.AccessToken({
        jti: 'imported',
        clientId: 'web',
        accountId: 'bob',
      }).save()

      expect(value).to.equal('imported')
      expect((await provider.AccessToken.find(value))?.remainingTTL).to.be.within(3598, 3600)
    })

    it('F287 take nobody else’s place', async () => {
      const { provider } = await startProvider()
      await new provider.AccessToken({ jti: 'imported', clientId: 'web', accountId: 'bob' }).save()
      const failure = await new provider.AccessToken({ jti: 'imported', clientId: 'web', accountId: 'eve' })
        .save()
        .catch((error: unknown) => error)

      expect(failure).to.be.instanceOf(Error)
      expect((await provider.AccessToken.find('imported'))?.accountId).to.equal('bob')
    })

    it('F287 a token that was revoked meanwhile is not brought back by saving it', async () => {
      const { provider } = await startProvider()
      const value = await new provider.AccessToken({ clientId: 'web', grantId: 'g' }).save()
      const token = await provider.AccessToken.find(value)
      await provider.AccessToken.revokeByGrantId('g')
      const failure = await token?.save().catch((error: unknown) => error)

      expect(failure).to.be.instanceOf(Error)
      expect(await provider.AccessToken.find(value)).to.equal(undefined)
    })

    it('F287 a token that a host saves with a request is made for that one', async () => {
      const given: unknown[] = []
      const { provider } = await startProvider({
        extraTokenClaims: (ctx) => {
          given.push(ctx)
          return { from: ctx.method }
        },
      })
      const ctx = provider.app.createContext(
        new IncomingMessage(new Socket()),
        new ServerResponse(new IncomingMessage(new Socket())),
      )
      const request = Object.assign(ctx, { method: 'GET', oidc: new provider.OIDCContext(ctx) })
      const value = await new provider.AccessToken({ clientId: 'web' }).save(request)

      expect(given).to.deep.equal([request])
      expect((await provider.AccessToken.find(value))?.extra).to.deep.equal({ from: 'GET' })
    })

    it('F297 a registration access token that was found is saved under the value it has (RFC 7592 §3)', async () => {
      const { provider } = await startProvider()
      const value = await new provider.RegistrationAccessToken({ clientId: 'web' }).save()
      const token = await provider.RegistrationAccessToken.find(value)
      if (token !== undefined) token.clientId = 'other'

      expect(await token?.save()).to.equal(value)
      expect((await provider.RegistrationAccessToken.find(value))?.clientId).to.equal('other')
    })

    it('F287 a token that was found is saved with what changed', async () => {
      const { provider } = await startProvider()
      const value = await new provider.AccessToken({ clientId: 'web' }).save()
      const token = await provider.AccessToken.find(value)
      if (token !== undefined) token.scope = 'openid'
      await token?.save()
      await token?.save()

      expect((await provider.AccessToken.find(value))?.scope).to.equal('openid')
    })
  })

  it('F306 revokeByGrantId removes what was issued under one grant, and nothing else', async () => {
    const { provider } = await startProvider()
    for (const Model of [provider.AccessToken, provider.RefreshToken, provider.AuthorizationCode]) {
      const gone = await new Model({ clientId: 'web', grantId: 'one' }).save()
      const kept = await new Model({ clientId: 'web', grantId: 'two' }).save()
      await Model.revokeByGrantId('one')

      expect(await Model.find(gone), Model.kind).to.equal(undefined)
      expect(await Model.find(kept), Model.kind).to.be.instanceOf(Model)
    }
  })

  it('F308 the adapter of a model is the host’s own', async () => {
    class Own {
      readonly #storage
      readonly name: string
      constructor(name: ModelName) {
        this.name = name
        this.#storage = memory(name)
      }
      find = (id: string) => this.#storage.find(id)
      upsert = (...args: Parameters<ReturnType<typeof memory>['upsert']>) => this.#storage.upsert(...args)
      destroy = (id: string) => this.#storage.destroy(id)
      consume = (id: string) => this.#storage.consume(id)
      revokeByGrantId = (id: string) => this.#storage.revokeByGrantId(id)
    }
    const memory = memoryAdapter()
    const { provider } = await startProvider({ adapter: Own })

    expect(provider.Session.adapter).to.be.instanceOf(Own)
    expect(provider.Session.adapter).to.include({ name: 'Session' })
    expect(new provider.Grant().adapter).to.equal(provider.Grant.adapter)
  })

  it('F306 IN_PAYLOAD names what is stored, and a subclass may add to it', async () => {
    const { provider } = await startProvider()
    class Labelled extends provider.AccessToken {
      static override get IN_PAYLOAD() {
        return [...super.IN_PAYLOAD, 'label']
      }
    }
    const value = await new Labelled({ clientId: 'web', ...{ label: 'mine' } }).save()

    expect(provider.AccessToken.IN_PAYLOAD).to.include.members(['jti', 'exp', 'clientId', 'scope', 'grantId'])
    expect(await Labelled.find(value)).to.include({ label: 'mine' })
    expect(await provider.AccessToken.find(value)).to.not.have.property('label')
  })

  it('F306 what is stored of tokens at all says nothing about what is stored of each kind', async () => {
    const { provider } = await startProvider()

    expect(provider.BaseToken.IN_PAYLOAD).to.deep.equal(['jti', 'kind', 'iat', 'exp', 'clientId'])
    const value = await new provider.AccessToken({ clientId: 'web', grantId: 'g', scope: 'openid' }).save()
    expect(await provider.AccessToken.find(value)).to.include({ grantId: 'g', scope: 'openid' })
    class Own extends provider.AccessToken {
      static override readonly fields = { ...provider.AccessToken.fields, label: 'string' } as const
    }
    expect(Own.IN_PAYLOAD).to.include('label').and.include('scope')
  })

  it('F266 urlFor and pathFor take the parts of a route as documented', async () => {
    const { provider } = await startProvider()

    expect(provider.urlFor('resume', { uid: 'a b' })).to.equal(
      provider.urlFor('resume', { params: { uid: 'a b' } }),
    )
    expect(provider.pathFor('resume', { uid: 'x', mountPath: '/op' })).to.equal('/op/auth/x')
  })

  it('F287 setAudience and setThumbprint say who may take it and who may send it (RFC 9449 §6)', async () => {
    const { provider } = await startProvider()
    const token = new provider.AccessToken({ clientId: 'web' })
    token.setAudience(['urn:a', 'urn:b'])
    token.setThumbprint('jkt', 'x'.repeat(43))
    const found = await provider.AccessToken.find(await token.save())

    expect(found).to.deep.include({ aud: ['urn:a', 'urn:b'], jkt: 'x'.repeat(43), tokenType: 'DPoP' })
    expect(found?.isSenderConstrained()).to.equal(true)
    expect(() => token.setAudience([])).to.throw(TypeError)
    expect(() => token.setThumbprint('jkt', 'short')).to.throw(TypeError)
    expect(() => token.setThumbprint('x5t', 'no certificate')).to.throw()
  })

  for (const kind of ['AccessToken', 'RefreshToken', 'ClientCredentials'] as const) {
    it(`F287 a ${kind} that is bound says so when it is found again, by key or certificate (RFC 8705 §3.1)`, async () => {
      const { provider } = await startProvider()
      const { cert } = CERTIFICATE
      const { raw } = new X509Certificate(cert)
      const Model = provider[kind]
      const [free, byKey, byCertificate] = [0, 1, 2].map(() => new Model({ clientId: 'web' }))
      byKey?.setThumbprint('jkt', 'x'.repeat(43))
      byCertificate?.setThumbprint('x5t', cert)
      const found = await Promise.all(
        [free, byKey, byCertificate].map(async (token) => Model.find(String(await token?.save()))),
      )

      expect(found.map((token) => token?.isSenderConstrained())).to.deep.equal([false, true, true])
      expect(found[1]?.jkt).to.equal('x'.repeat(43))
      expect(found[2]?.['x5t#S256']).to.equal(createHash('sha256').update(raw).digest('base64url'))
    })
  }

  it('F306 emit() tells listeners of the model under its name', async () => {
    const { provider } = await startProvider()
    const told: unknown[] = []
    provider.on('access_token.looked_at', (token: unknown) => told.push(token))
    const token = new provider.AccessToken()
    token.emit('looked_at')

    expect(told).to.deep.equal([token])
  })

  it('F305 ensureClientContainer makes room for a client, and keeps what is there', async () => {
    const { provider } = await startProvider()
    const session = new provider.Session()
    session.ensureClientContainer('web')
    session.grantIdFor('other', 'g')
    session.ensureClientContainer('other')

    expect(session.authorizations).to.deep.equal({ web: {}, other: { grantId: 'g' } })
  })
})
