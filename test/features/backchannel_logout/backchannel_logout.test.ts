import type { ServerResponse } from 'node:http'
import { expect } from 'chai'
import { compactDecrypt, createLocalJWKSet, jwtVerify } from 'jose'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import Provider from '../../../lib/index.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import type { BackchannelLogoutOptions } from '../../../types/features/backchannel_logout.ts'
import { attack } from '../../support/invariants.ts'
import { jwtPayload } from '../../support/jwt_payload.ts'
import { rsaPair } from '../../support/key_pair.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import { askToLogOut, LEAVING_CLIENT, logOut, signOut, staySignedIn } from '../../support/logging_out.ts'
import { type LogoutReceiver, startLogoutReceiver } from '../../support/logout_receiver.ts'
import {
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../../support/start_provider.ts'
import { wrapAdapter } from '../../support/wrap_adapter.ts'

const SWEEPING = [
  'revoke AuthorizationCode',
  'revoke RefreshToken',
  'revoke AccessToken',
  'revoke DeviceCode',
  'revoke BackchannelAuthenticationRequest',
]

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

const client = (receiver: Pick<LogoutReceiver, 'origin'>, more: Partial<ClientMetadata> = {}) => ({
  ...LEAVING_CLIENT,
  backchannel_logout_uri: `${receiver.origin}/${more.client_id ?? 'web'}`,
  ...more,
})

const configuration = (
  clients: ClientMetadata[],
  options: BackchannelLogoutOptions = {},
  more: Configuration = {},
): Configuration => ({
  clients,
  allowSpecialUseAddresses: true,
  ...more,
  features: { backchannelLogout: { enabled: true, ...options }, ...more.features },
})

/** What was told of whom. */
function outcomes({ provider }: RunningProvider) {
  const told: { client: string; accountId: string; sid: string; error?: Error }[] = []
  provider.on('backchannel.success', (_ctx, { clientId }, accountId, sid) =>
    told.push({ client: clientId, accountId, sid }),
  )
  provider.on('backchannel.error', (_ctx, error, { clientId }, accountId, sid) =>
    told.push({ client: clientId, accountId, sid, error }),
  )
  return told
}

describe('back-channel logout (OpenID Connect Back-Channel Logout 1.0)', () => {
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })

  describe('the logout token (§2.4)', () => {
    attack(
      'L15',
      'typ, iss, aud, iat, exp, jti, events and sub are there, nonce is not; it is signed',
      async (scene) => {
        const receiver = await startLogoutReceiver()
        const op = await scene.start(configuration([client(receiver)]))
        const { agent } = await op.authorize({ nonce: 'n-0S6_WzA2Mj' })
        scene.begin('put Session', 'destroy Session', 'destroy Grant', ...SWEEPING)

        await logOut(op, agent)

        const [told] = receiver.told
        const jwks: unknown = await (await agent.get(op.provider.urlFor('jwks'))).json()
        const { payload, protectedHeader } = await jwtVerify(
          told?.token ?? '',
          createLocalJWKSet(Object(jwks)),
          {
            issuer: op.issuer,
            audience: 'web',
          },
        )
        expect(told?.contentType).to.equal('application/x-www-form-urlencoded')
        expect(protectedHeader).to.include({ typ: 'logout+jwt', alg: 'RS256' })
        expect(payload).to.have.all.keys('iss', 'aud', 'iat', 'exp', 'jti', 'events', 'sub')
        expect(payload.sub).to.equal('alice')
        expect(payload['events']).to.deep.equal({ [EVENT]: {} })
        expect(Number(payload.exp) - Number(payload.iat)).to.equal(120)
        expect(payload.jti).to.match(/^[\w-]{20,}$/)
      },
    )

    it('F355 A157 L15 sid goes to clients that need it, as their ID Token told it', async () => {
      const receiver = await startLogoutReceiver()
      const op = await startProvider(
        configuration([client(receiver, { backchannel_logout_session_required: true })]),
      )
      const { agent, body } = await op.login()
      const told = outcomes(op)

      await logOut(op, agent)

      const { sid } = jwtPayload(String(body['id_token']))
      expect(sid).to.be.a('string')
      expect(receiver.told[0]?.payload['sid']).to.equal(sid)
      expect(told).to.deep.equal([{ client: 'web', accountId: 'alice', sid }])
    })

    it('A157 sub is the one that a pairwise client knows (OpenID Connect Core 1.0 §8)', async () => {
      const receiver = await startLogoutReceiver()
      const routes: string[] = []
      const op = await startProvider(
        configuration(
          [client(receiver, { subject_type: 'pairwise' })],
          {},
          {
            subjectTypes: ['public', 'pairwise'],
            pairwiseIdentifier: (ctx, accountId, { clientId }) => {
              routes.push(ctx.oidc.route)
              return `${accountId} at ${clientId}`
            },
          },
        ),
      )
      const { agent, body } = await op.login()

      await logOut(op, agent)

      expect(jwtPayload(String(body['id_token']))['sub']).to.equal('alice at web')
      expect(receiver.told[0]?.payload['sub']).to.equal('alice at web')
      expect(routes.at(-1)).to.equal('end_session_confirm')
    })

    it('A157 it is signed with id_token_signed_response_alg (§2.6)', async () => {
      const receiver = await startLogoutReceiver()
      const op = await startProvider(
        configuration(
          [client(receiver, { id_token_signed_response_alg: 'HS256' })],
          {},
          {
            enabledJWA: { idTokenSigningAlgValues: ['RS256', 'HS256'] },
          },
        ),
      )
      const { agent } = await op.authorize()

      await logOut(op, agent)

      const secret = Buffer.from(String(WEB_CLIENT.client_secret))
      const { protectedHeader } = await jwtVerify(receiver.told[0]?.token ?? '', secret)
      expect(protectedHeader.alg).to.equal('HS256')
    })

    it('it is encrypted where ID Tokens are', async () => {
      const receiver = await startLogoutReceiver()
      const { publicKey, privateKey } = rsaPair()
      const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'enc', kty: 'RSA' }
      const op = await startProvider(
        configuration(
          [
            client(receiver, {
              id_token_encrypted_response_alg: 'RSA-OAEP-256',
              jwks: { keys: [jwk] },
            }),
          ],
          {},
          {
            enabledJWA: { idTokenEncryptionAlgValues: ['RSA-OAEP-256'] },
            features: { encryption: { enabled: true }, backchannelLogout: { enabled: true } },
          },
        ),
      )
      const { agent } = await op.authorize()

      await logOut(op, agent)

      const { plaintext } = await compactDecrypt(receiver.told[0]?.token ?? '', privateKey)
      expect(jwtPayload(Buffer.from(plaintext).toString())).to.have.property('events')
    })
  })

  describe('who is told', () => {
    it('A157 F011 every client of the session that can be, with an event for each', async () => {
      const receiver = await startLogoutReceiver()
      const op = await startProvider(
        configuration([
          client(receiver),
          client(receiver, { client_id: 'b' }),
          { ...LEAVING_CLIENT, client_id: 'c' },
          client(receiver, { client_id: 'elsewhere' }),
        ]),
      )
      const { agent } = await op.authorize()
      await op.authorize({ client_id: 'b' }, agent)
      await op.authorize({ client_id: 'c' }, agent)
      const told = outcomes(op)

      await logOut(op, agent)

      expect(receiver.told.map(({ path }) => path)).to.have.members(['/web', '/b'])
      expect(told.map(({ client: name }) => name)).to.have.members(['web', 'b'])
      expect(told.every(({ accountId, sid }) => accountId === 'alice' && sid !== '')).to.equal(true)
    })

    it('A157 only the client that asked, when the person stays signed in', async () => {
      const receiver = await startLogoutReceiver()
      const op = await startProvider(configuration([client(receiver), client(receiver, { client_id: 'b' })]))
      const { agent } = await op.authorize()
      await op.authorize({ client_id: 'b' }, agent)
      const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
      const told = outcomes(op)

      await staySignedIn(agent, await askToLogOut(op, agent, { client_id: 'b' }))

      expect(receiver.told.map(({ path }) => path)).to.deep.equal(['/b'])
      expect(told).to.deep.equal([{ client: 'b', accountId: 'alice', sid: session?.sidFor('b') }])
    })

    it('nobody, when the person stays signed in and the client was not in the session, or unknown', async () => {
      const receiver = await startLogoutReceiver()
      const op = await startProvider(configuration([client(receiver), client(receiver, { client_id: 'b' })]))
      const { agent } = await op.authorize()

      await staySignedIn(agent, await askToLogOut(op, agent, { client_id: 'b' }))
      await staySignedIn(agent, await askToLogOut(op, agent))

      expect(receiver.told).to.deep.equal([])
    })

    it('A157 also when the session ends because somebody else signs in', async () => {
      const receiver = await startLogoutReceiver()
      const people = ['alice', 'bob']
      let current = ''
      const op = await startProvider(configuration([client(receiver)]), {
        interact: async (provider, prompt, { clientId, scope }) => {
          if (prompt === 'login') {
            current = people.shift() ?? ''
            return { login: { accountId: current } }
          }
          const grant = new provider.Grant({ accountId: current, clientId })
          grant.addOIDCScope(scope.join(' '))
          return { consent: { grantId: await grant.save() } }
        },
      })
      const { agent } = await op.authorize()
      const told = op.next('backchannel.success')

      await op.authorize({ prompt: 'login' }, agent)

      expect((await told)[2]).to.equal('alice')
      expect(receiver.told[0]?.payload['sub']).to.equal('alice')
    })

    it('L17 one address hears no more at once because several people log out', async () => {
      // Others have their turn before it answers, if they may.
      const answer = (res: ServerResponse, turns: number): void => {
        if (turns === 0) res.writeHead(200).end()
        else setImmediate(() => answer(res, turns - 1))
      }
      const receiver = await startLogoutReceiver((res) => answer(res, 200))
      const names = ['web', 'b', 'c']
      const op = await startProvider(
        configuration(
          names.map((client_id) => client(receiver, { client_id })),
          { concurrency: 1 },
        ),
      )
      const asked = await Promise.all(
        names.map(async () => {
          const { agent } = await op.authorize()
          for (const client_id of names) await op.authorize({ client_id }, agent)
          return { agent, form: await askToLogOut(op, agent) }
        }),
      )

      await Promise.all(asked.map(({ agent, form }) => signOut(agent, form)))

      expect(receiver.told).to.have.length(9)
      expect(receiver.atOnce.most).to.equal(1)
    })

    it('once, when the form is sent twice at once', async () => {
      const receiver = await startLogoutReceiver()
      const op = await startProvider(configuration([client(receiver)]))
      const { agent } = await op.authorize()
      const asked = await askToLogOut(op, agent)

      await Promise.all([signOut(agent, asked), signOut(agent, asked)])

      expect(receiver.told).to.have.length(1)
    })

    it('a client that is gone, or not valid any more, stops nothing', async () => {
      const receiver = await startLogoutReceiver()
      const adapter = memoryAdapter()
      const clients = adapter('Client')
      await clients.upsert('gone', client(receiver, { client_id: 'gone' }))
      await clients.upsert('broken', client(receiver, { client_id: 'broken' }))
      const op = await startProvider(configuration([client(receiver)], {}, { adapter }))
      const { agent } = await op.authorize()
      await op.authorize({ client_id: 'gone' }, agent)
      await op.authorize({ client_id: 'broken' }, agent)
      await clients.destroy('gone')
      await clients.upsert('broken', {
        ...client(receiver, { client_id: 'broken' }),
        redirect_uris: ['nonsense'],
      })

      await logOut(op, agent)

      expect(receiver.told.map(({ path }) => path)).to.deep.equal(['/web'])
      expect(op.serverErrors).to.deep.equal([])
    })
  })

  it('a client that storage cannot find now is a failure of ours, and stops nobody', async () => {
    const receiver = await startLogoutReceiver()
    const inner = memoryAdapter()
    await inner('Client').upsert('stored', client(receiver, { client_id: 'stored' }))
    let isOut = false
    const adapter = wrapAdapter(inner, async ({ name }, run) => {
      if (isOut && name === 'Client.find') throw new Error('no database')
      return run()
    })
    const op = await startProvider(configuration([client(receiver)], {}, { adapter }))
    const { agent } = await op.authorize()
    await op.authorize({ client_id: 'stored' }, agent)
    const asked = await askToLogOut(op, agent)
    isOut = true

    expect((await signOut(agent, asked)).status).to.equal(303)
    expect(receiver.told.map(({ path }) => path)).to.deep.equal(['/web'])
    expect(op.serverErrors).to.have.length(1)
  })

  describe('what counts as told (§2.8)', () => {
    for (const [status, isTold] of [
      [200, true],
      [204, true],
      [201, false],
      [302, false],
      [400, false],
      [500, false],
    ] as const) {
      it(`A157 F010 ${status} is ${isTold ? 'a success' : 'an error, and the person is signed out all the same'}`, async () => {
        const receiver = await startLogoutReceiver((res) => res.writeHead(status, { location: '/web' }).end())
        const op = await startProvider(configuration([client(receiver)]))
        const { agent } = await op.authorize()
        const session = await op.provider.Session.find(String(agent.cookies.get('_session')?.value))
        const told = outcomes(op)

        const response = await logOut(op, agent)

        expect(response.status).to.equal(303)
        expect(receiver.told).to.have.length(1)
        expect(told).to.have.length(1)
        expect(told[0]?.error?.message).to.equal(
          isTold ? undefined : told[0]?.error?.message.match(new RegExp(`.*status ${status}.*`))?.[0],
        )
        expect(told[0]?.error === undefined).to.equal(isTold)
        expect(told[0]).to.deep.include({ client: 'web', accountId: 'alice', sid: session?.sidFor('web') })
      })
    }

    it('A157 a connection that is refused is an error', async () => {
      const { origin } = await startServer(() => {})
      await stopServers()
      const op = await startProvider(configuration([client({ origin })]))
      const { agent } = await op.authorize()
      const told = outcomes(op)

      expect((await logOut(op, agent)).status).to.equal(303)
      expect(told[0]?.error?.message).to.include('ECONNREFUSED')
    })

    attack('L15', 'special-use addresses are refused like for every outgoing request', async (scene) => {
      const receiver = await startLogoutReceiver()
      const op = await scene.start({
        ...configuration([client(receiver)]),
        allowSpecialUseAddresses: false,
      })
      const { agent } = await op.authorize()
      const told = outcomes(op)
      scene.begin('put Session', 'destroy Session', 'destroy Grant', ...SWEEPING)

      await logOut(op, agent)

      expect(receiver.told).to.deep.equal([])
      expect(told[0]?.error?.message).to.include('special-use address')
    })
  })

  describe('a delivery that failed', () => {
    it('is handed to features.backchannelLogout.undelivered, which can try again later', async () => {
      let isUp = false
      const receiver = await startLogoutReceiver((res) => res.writeHead(isUp ? 200 : 503).end())
      const queue: { clientId: string; accountId: string; sid: string | undefined }[] = []
      const op = await startProvider(
        configuration([client(receiver, { backchannel_logout_session_required: true })], {
          undelivered: async (_ctx, { clientId }, { accountId, sid }) => {
            queue.push({ clientId, accountId, sid })
          },
        }),
      )
      const { agent } = await op.authorize()
      await logOut(op, agent)
      isUp = true

      for (const { clientId, accountId, sid } of queue) {
        const found = await op.provider.Client.find(clientId)
        await found?.backchannelLogout(accountId, sid)
      }

      expect(queue).to.have.length(1)
      expect(queue[0]).to.include({
        clientId: 'web',
        accountId: 'alice',
        sid: receiver.told[0]?.payload['sid'],
      })
      expect(receiver.told).to.have.length(2)
      expect(receiver.told[0]?.payload['jti']).not.to.equal(receiver.told[1]?.payload['jti'])
      expect(receiver.told[0]?.payload['sid']).to.equal(receiver.told[1]?.payload['sid'])
    })

    it('a promise of it is waited for, so that what it stores is there before the answer', async () => {
      const receiver = await startLogoutReceiver((res) => res.writeHead(503).end())
      const steps: string[] = []
      const op = await startProvider(
        configuration([client(receiver)], {
          undelivered: async () => {
            await new Promise((resolve) => setImmediate(resolve))
            steps.push('stored')
          },
        }),
      )
      const { agent } = await op.authorize()
      op.provider.on('end_session.success', () => steps.push('answered'))

      await logOut(op, agent)

      expect(steps).to.deep.equal(['stored', 'answered'])
    })

    for (const [what, undelivered] of [
      [
        'throws',
        () => {
          throw new Error('the queue is full')
        },
      ],
      ['rejects', () => Promise.reject(new Error('the queue is full'))],
    ] as const) {
      it(`one that ${what} is ours, and changes no answer`, async () => {
        const receiver = await startLogoutReceiver((res) => res.writeHead(503).end())
        const op = await startProvider(configuration([client(receiver)], { undelivered }))
        const { agent } = await op.authorize()

        expect((await logOut(op, agent)).status).to.equal(303)
        expect(String(op.serverErrors[0])).to.include('the queue is full')
      })
    }
  })

  describe('client.backchannelLogout(accountId, sid) (F292)', () => {
    it('tells one client, and no event', async () => {
      const receiver = await startLogoutReceiver()
      const op = await startProvider(configuration([client(receiver)]))
      const told = outcomes(op)
      const found = await op.provider.Client.find('web')

      await found?.backchannelLogout('alice', 'a sid')
      await found?.backchannelLogout('alice')

      expect(receiver.told.map(({ payload }) => payload['sub'])).to.deep.equal(['alice', 'alice'])
      expect(receiver.told[0]?.payload).not.to.have.property('sid')
      expect(told).to.deep.equal([])
    })

    for (const [what, more, args, message] of [
      [
        'without a sid that the client needs',
        { backchannel_logout_session_required: true },
        ['alice'],
        /needs the sid/,
      ],
      [
        'for a client that has no URI',
        { backchannel_logout_uri: undefined },
        ['alice'],
        /no backchannel_logout_uri/,
      ],
    ] as const) {
      it(`rejects ${what}`, async () => {
        const receiver = await startLogoutReceiver()
        const { backchannel_logout_uri: _, ...others } = client(receiver)
        const uri = 'backchannel_logout_uri' in more ? {} : { backchannel_logout_uri: receiver.origin }
        const required = 'backchannel_logout_session_required' in more
        const op = await startProvider(
          configuration([{ ...others, ...uri, backchannel_logout_session_required: required }]),
        )
        const found = await op.provider.Client.find('web')

        const error = await found?.backchannelLogout(...args).catch((reason: unknown) => reason)

        expect(String(error)).to.match(message)
        expect(receiver.told).to.deep.equal([])
      })
    }

    for (const [method, uri, outcome] of [
      ['none', 'http://rp.example.com/out', /must be a https URI of a client that does not authenticate/],
      ['none', 'https://rp.example.com/out', /^nothing$/],
      ['client_secret_post', 'http://rp.example.com/out', /^nothing$/],
    ] as const) {
      it(`a client with ${method} that listens at ${new URL(uri).protocol} (§2.2): ${outcome}`, async () => {
        const { client_secret: _, ...named } = WEB_CLIENT
        const metadata = {
          ...(method === 'none' ? named : WEB_CLIENT),
          token_endpoint_auth_method: method,
          backchannel_logout_uri: uri,
        }

        const problem = await startProvider(configuration([metadata])).then(() => 'nothing', String)

        expect(problem).to.match(outcome)
      })
    }

    it('rejects while the feature is off', async () => {
      const op = await startProvider()
      const found = await op.provider.Client.find('web')

      const error = await found?.backchannelLogout('alice').catch((reason: unknown) => reason)

      expect(String(error)).to.match(/no backchannel_logout_uri/)
    })

    it('belongs to one provider', async () => {
      const [one, other] = [await startProvider(), await startProvider()]
      one.provider.Client.prototype.backchannelLogout = async () => {}

      expect(one.provider.Client.prototype.backchannelLogout).not.to.equal(
        other.provider.Client.prototype.backchannelLogout,
      )
    })
  })

  describe('discovery (§2.1)', () => {
    it('K4 says what is supported, while it is', async () => {
      const documents = await Promise.all(
        [true, false].map(async (enabled) => {
          const op = await startProvider({ features: { backchannelLogout: { enabled } } })
          const value: unknown = await (await op.agent().get(op.provider.urlFor('discovery'))).json()
          return Object(value)
        }),
      )

      expect(documents[0]).to.include({
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
      })
      expect(documents[1]).not.to.have.any.keys(
        'backchannel_logout_supported',
        'backchannel_logout_session_supported',
      )
    })
  })

  describe('options', () => {
    it('A185 the acknowledgement of the draft it once was is no mistake', () => {
      const said: string[] = []
      const say = (line: string) => said.push(line)
      new Provider('http://localhost:3000', {
        logger: { info: say, warn() {}, error: say },
        features: {
          backchannelLogout: { enabled: true, ack: 'draft-06' },
          devInteractions: { enabled: false },
        },
      })

      expect(said.filter((line) => /draft|backchannelLogout/.test(line))).to.deep.equal([])
    })

    for (const [option, values] of [
      ['concurrency', [0, -1, 1.5, '10']],
      ['receiverTimeout', [0, -1, Number.POSITIVE_INFINITY, '2']],
      ['totalTimeout', [0, Number.NaN, '5']],
    ] as const) {
      for (const value of values) {
        it(`${option}: ${JSON.stringify(value)} is refused`, () => {
          const features = { backchannelLogout: Object({ enabled: true, [option]: value }) }

          expect(
            () =>
              new Provider('https://op.example.com', {
                logger: { info() {}, warn() {}, error() {} },
                features,
              }),
          ).to.throw(TypeError, `features.backchannelLogout.${option}`)
        })
      }
    }
  })
})
