import { expect } from 'chai'
import { type SinonFakeTimers, useFakeTimers } from 'sinon'
import { memoryAdapter } from '../../../lib/adapters/memory.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import { asUpdate, manage, register, startRegistering } from '../../support/registering.ts'
import { REDIRECT_URI, startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

const SECTOR = 'https://sector.example.com/uris.json'
const OTHER = 'https://other.example.com/cb'
const PAIRWISE = {
  redirect_uris: [REDIRECT_URI, OTHER],
  subject_type: 'pairwise' as const,
  sector_identifier_uri: SECTOR,
}

const json = (value: unknown) => () =>
  new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } })

/** Somebody else's server: what it answers can be changed, and what it was asked is kept. */
function sectorServer(answer: () => Response | Promise<Response> = json([REDIRECT_URI, OTHER])) {
  const server = { answer, asked: [] as string[] }
  const configuration: Configuration = {
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: (_ctx, accountId, client) => `${accountId} at ${client.sectorIdentifier}`,
    fetch: async (url) => {
      server.asked.push(url.href)
      return server.answer()
    },
  }
  return { server, configuration }
}

describe('sector_identifier_uri (OpenID Connect Core 1.0 §8.1)', () => {
  afterEach(stopProviders)

  describe('of a client that registers (OpenID Connect Dynamic Client Registration 1.0 §5)', () => {
    const bad: [title: string, answer: () => Response | Promise<Response>, description: RegExp][] = [
      ['lacks a redirect URI', json([REDIRECT_URI]), /all registered redirect_uris/],
      ['is no array', json({ redirect_uris: [REDIRECT_URI, OTHER] }), /must lead to a JSON array/],
      ['holds more than texts', json([REDIRECT_URI, OTHER, 5]), /array of strings/],
      ['has 1 MB', json([REDIRECT_URI, OTHER, 'x'.repeat(1024 * 1024)]), /could not be fetched/],
      [
        'is elsewhere',
        () => Response.redirect('https://elsewhere.example.com/', 302),
        /could not be fetched/,
      ],
      ['is missing', () => new Response('[]', { status: 404 }), /could not be fetched/],
      ['is no JSON', () => new Response('<html>'), /could not be fetched/],
      ['does not come', () => Promise.reject(new Error('connection refused')), /could not be fetched/],
    ]
    for (const [title, answer, description] of bad) {
      it(`A052 J15 refuses a document that ${title}, and stores nothing`, async () => {
        const { configuration } = sectorServer(answer)
        const op = await startRegistering({ idFactory: () => 'c' }, configuration)

        const { status, body } = await register(op, PAIRWISE)

        expect(status).to.equal(400)
        expect(body['error']).to.equal('invalid_client_metadata')
        expect(body['error_description'])
          .to.match(/^sector_identifier_uri /)
          .and.match(description)
        expect(await op.provider.Client.find('c')).to.equal(undefined)
      })
    }

    it('S32 is asked for by one fetch at a time, however many register', async () => {
      let open = 0
      let most = 0
      const { configuration } = sectorServer(async () => {
        open += 1
        most = Math.max(most, open)
        await new Promise((resolve) => setImmediate(resolve))
        open -= 1
        return json([REDIRECT_URI, OTHER])()
      })
      const op = await startRegistering({}, configuration)

      const answers = await Promise.all(Array.from({ length: 20 }, () => register(op, PAIRWISE)))

      expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([201]))
      expect(most).to.equal(1)
    })

    it('S32 is not asked for again by whoever registers while it cannot be had', async () => {
      const { server, configuration } = sectorServer(() => new Response('', { status: 500 }))
      const op = await startRegistering({}, configuration)

      for (let n = 0; n < 5; n += 1) expect((await register(op, PAIRWISE)).status).to.equal(400)

      expect(server.asked).to.have.length(1)
    })

    it('S32 is all that a registration makes the provider ask for, whatever it names (RFC 7591 §2)', async () => {
      const asked: string[] = []
      const server = await startServer((req, res) => {
        asked.push(String(req.url))
        res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify([REDIRECT_URI, OTHER]))
      })
      const op = await startRegistering(
        {},
        {
          subjectTypes: ['public', 'pairwise'],
          pairwiseIdentifier: (_ctx, accountId) => accountId,
          features: { requestObjects: { requestUri: true }, backchannelLogout: { enabled: true } },
          // Whatever is asked for is asked for here.
          fetch: (url, options) => fetch(`${server.origin}/${url.hostname}`, options),
        },
      )
      const at = (name: string) => `https://${name}.example.com/${name}`

      const { status } = await register(op, {
        ...PAIRWISE,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: at('jwks'),
        request_uris: [at('request1'), at('request2')],
        logo_uri: at('logo'),
        client_uri: at('client'),
        policy_uri: at('policy'),
        tos_uri: at('tos'),
        initiate_login_uri: at('login'),
        backchannel_logout_uri: at('logout'),
      })
      await stopServers()

      expect([status, asked]).to.deep.equal([201, ['/sector.example.com']])
    })

    it('S24 never connects to a special-use address', async () => {
      const { configuration } = sectorServer()
      const op = await startRegistering({}, { ...configuration, fetch: undefined })
      const failed = op.nextError('registration_create.error')

      const { status } = await register(op, {
        ...PAIRWISE,
        sector_identifier_uri: 'https://127.0.0.1/uris.json',
      })

      expect(status).to.equal(400)
      expect((await failed).error_detail).to.match(/special-use address/)
    })

    it('A052 accepts a document with all redirect URIs, and checks an update too', async () => {
      const { server, configuration } = sectorServer()
      const op = await startRegistering({}, configuration)

      const { status, body } = await register(op, PAIRWISE)
      const update = asUpdate(body, { redirect_uris: [REDIRECT_URI, 'https://third.example.com/cb'] })
      const refused = await manage('PUT', body, update)
      server.answer = json(update['redirect_uris'])
      const accepted = await manage('PUT', body, update)

      expect(status).to.equal(201)
      expect(refused.body['error']).to.equal('invalid_client_metadata')
      expect(accepted.status).to.equal(200)
      expect(server.asked).to.deep.equal([SECTOR, SECTOR, SECTOR])
    })

    it('lets a client move away from a document that does not know it any more', async () => {
      const { server, configuration } = sectorServer()
      const storage = memoryAdapter()
      const before = await startRegistering({}, { ...configuration, adapter: storage })
      const { body } = await register(before, PAIRWISE)
      const op = await startRegistering({}, { ...configuration, adapter: storage })
      const url = op.provider.urlFor('client', { params: { clientId: String(body['client_id']) } })
      server.answer = json([])

      const update = asUpdate(body, { redirect_uris: [REDIRECT_URI], sector_identifier_uri: null })
      const { status } = await manage('PUT', { ...body, registration_client_uri: url }, update)

      expect(status).to.equal(200)
    })

    it('F186 A052 is believed where sectorIdentifierUriValidate says so', async () => {
      const { server, configuration } = sectorServer(json([]))
      const seen: unknown[] = []
      const op = await startRegistering(
        {},
        {
          ...configuration,
          sectorIdentifierUriValidate: ({ clientName }) => {
            seen.push(clientName)
            return false
          },
        },
      )

      const { status } = await register(op, { ...PAIRWISE, client_name: 'RP' })

      expect(status).to.equal(201)
      expect(seen).to.deep.equal(['RP'])
      expect(server.asked).to.deep.equal([])
    })
  })

  it('must be decided about with a boolean', async () => {
    const { server, configuration } = sectorServer()
    const undecided = (): boolean => JSON.parse('"yes"')
    const op = await startRegistering({}, { ...configuration, sectorIdentifierUriValidate: undecided })

    const { status } = await register(op, PAIRWISE)

    expect(status).to.equal(500)
    expect(String(op.serverErrors[0])).to.match(/sectorIdentifierUriValidate/)
    expect(server.asked).to.deep.equal([])
  })

  describe('of a client that is there already', () => {
    const client: ClientMetadata = { ...WEB_CLIENT, ...PAIRWISE }
    let clock: SinonFakeTimers | undefined
    afterEach(() => {
      clock?.restore()
      clock = undefined
    })

    for (const kind of ['static', 'stored']) {
      const start = async (configuration: Configuration) => {
        const adapter = memoryAdapter()
        if (kind === 'stored') await adapter('Client').upsert('web', { ...client })
        return startProvider({ ...configuration, adapter, clients: kind === 'static' ? [client] : [] })
      }

      it(`A052 is checked once when a ${kind} one is first used, however many ask at once`, async () => {
        const { server, configuration } = sectorServer()
        const op = await start(configuration)

        expect(server.asked).to.deep.equal([])
        const found = await Promise.all(Array.from({ length: 10 }, () => op.provider.Client.find('web')))
        clock = useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] })
        await op.provider.Client.find('web')

        expect(new Set(found.map((one) => one?.clientId))).to.deep.equal(new Set(['web']))
        expect(server.asked).to.deep.equal([SECTOR])
      })

      it(`A052 makes a ${kind} one unusable when it does not know it; the event says why`, async () => {
        const { configuration } = sectorServer(json([]))
        const op = await start(configuration)
        const failed = op.nextError('authorization.error')

        const { response } = await op.authorize({ client_id: 'web' })

        expect(response.status).to.equal(400)
        expect((await failed).error_detail).to.match(
          /client "web" is not valid: sector_identifier_uri must lead/,
        )
      })

      it(`A052 is not read again for every request of a ${kind} one that it does not know`, async () => {
        const { server, configuration } = sectorServer(json([]))
        const op = await start(configuration)
        const find = () => op.provider.Client.find('web').catch(({ error }) => error)

        expect([await find(), await find(), await find()]).to.deep.equal(Array(3).fill('invalid_client'))
        expect(server.asked).to.deep.equal([SECTOR])
      })

      it(`asks again for a ${kind} one, but not for every request that fails`, async () => {
        const { server, configuration } = sectorServer(() => new Response('', { status: 503 }))
        const op = await start(configuration)
        clock = useFakeTimers({ now: Date.now(), toFake: ['Date'] })
        const find = () => op.provider.Client.find('web').catch(({ error }) => error)

        const first = [await find(), await find()]
        server.answer = json([REDIRECT_URI, OTHER])
        clock.tick(10_001)

        expect(first).to.deep.equal(['invalid_client', 'invalid_client'])
        expect(await find()).to.include({ clientId: 'web' })
        expect(server.asked).to.have.lengthOf(2)
      })
    }

    it('A051 gives the clients of one sector the same sub', async () => {
      const { configuration } = sectorServer()
      const op = await startProvider({ ...configuration, clients: [client] })

      const { body } = await op.login()

      const { body: claims } = await op.userinfo(body['access_token'])
      expect(claims['sub']).to.equal('alice at sector.example.com')
    })
  })
})
