import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { REASONS } from '../../lib/features/reasons.ts'
import { errors } from '../../lib/index.ts'
import { refusals, unexplained } from '../../scripts/layers/refusals.ts'
import { readSources } from '../../scripts/layers/sources.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
  WEB_CLIENT,
} from '../support/start_provider.ts'

const SNAPSHOT = new URL('./refusals.snapshot.txt', import.meta.url)
const all = REASONS.flatMap((family) => Object.values(family))

/** Would be found wherever it is written. */
const SECRET = 'sHhh-never-to-be-written-anywhere'

interface Asked {
  readonly title: string
  readonly event: 'authorization.error' | 'grant.error' | 'userinfo.error'
  ask(op: RunningProvider): Promise<unknown>
  readonly reason: string
  readonly section: RegExp
  readonly seen?: readonly string[]
  readonly accepted?: readonly string[]
}

const atToken = (form: Record<string, string>) => (op: RunningProvider) => op.token(form)
const atAuthorization = (params: Record<string, string>) => (op: RunningProvider) =>
  op.agent().get(op.authorizationUrl(params))

const REFUSED: readonly Asked[] = [
  {
    title: 'a redirect_uri that is not registered (RFC 9700 §4.1.3)',
    event: 'authorization.error',
    ask: atAuthorization({ redirect_uri: `${REDIRECT_URI}/` }),
    reason: 'redirect_uri.unregistered',
    section: /^RFC 9700 /,
    seen: [`${REDIRECT_URI}/`],
    accepted: [REDIRECT_URI],
  },
  {
    title: 'a response_type that there is not (RFC 6749 §4.1.2.1)',
    event: 'authorization.error',
    ask: atAuthorization({ response_type: 'nothing' }),
    reason: 'authorization_request.response_type_unsupported',
    section: /^RFC 6749 /,
    seen: ['nothing'],
    accepted: ['code id_token', 'code', 'id_token', 'none'],
  },
  {
    title: 'a client that there is not (RFC 6749 §4.1.2.1)',
    event: 'authorization.error',
    ask: atAuthorization({ client_id: 'nobody' }),
    reason: 'client.not_found',
    section: /^RFC 6749 /,
    seen: ['client_id', 'response_type', 'scope', 'redirect_uri'],
  },
  {
    title: 'a request with prompt=none that needs a login (OpenID Connect Core 1.0 §3.1.2.6)',
    event: 'authorization.error',
    ask: (op) => op.authorize({ prompt: 'none' }),
    reason: 'interaction.prompt_needed',
    section: /^OpenID Connect Core 1\.0 /,
    seen: ['no_session'],
  },
  {
    title: 'a parameter that was sent twice (RFC 6749 §3.2)',
    event: 'grant.error',
    ask: (op) => op.post('token', 'grant_type=a&grant_type=b'),
    reason: 'parameter.repeated',
    section: /^RFC 6749 /,
    seen: ['grant_type'],
  },
  {
    title: 'a token request without grant_type (RFC 6749 §5.2)',
    event: 'grant.error',
    ask: atToken({}),
    reason: 'parameter.missing',
    section: /^RFC 6749 /,
    seen: ['client_id', 'client_secret'],
    accepted: ['grant_type'],
  },
  {
    title: 'a grant type that there is not, cut to what a log can bear (RFC 6749 §5.2)',
    event: 'grant.error',
    ask: atToken({ grant_type: `some\nthing${'g'.repeat(1000)}` }),
    reason: 'token_request.grant_type_unsupported',
    section: /^RFC 6749 /,
    seen: [`some?thing${'g'.repeat(190)}...`],
    accepted: ['authorization_code', 'refresh_token'],
  },
  {
    title: 'a wrong secret (RFC 6749 §5.2)',
    event: 'grant.error',
    ask: atToken({ grant_type: 'authorization_code', client_secret: SECRET }),
    reason: 'client_auth.secret_wrong',
    section: /^RFC 6749 /,
    seen: ['client_id', 'client_secret', 'grant_type'],
  },
  {
    title: 'a client that authenticates by another method than it registered (RFC 6749 §2.3)',
    event: 'grant.error',
    ask: (op) => op.post('token', { client_id: 'web', grant_type: 'authorization_code' }),
    reason: 'client_auth.method_mismatch',
    section: /^RFC 6749 /,
    seen: ['none'],
    accepted: ['client_secret_post'],
  },
  {
    title: 'a code that is not known (RFC 6749 §5.2)',
    event: 'grant.error',
    ask: atToken({ grant_type: 'authorization_code', code: SECRET, redirect_uri: REDIRECT_URI }),
    reason: 'authorization_code.not_found',
    section: /^RFC 6749 /,
    seen: ['client_id', 'client_secret', 'grant_type', 'code', 'redirect_uri'],
  },
  {
    title: 'a code_verifier that does not fit (RFC 7636 §4.6)',
    event: 'grant.error',
    ask: async (op) => op.exchange((await op.authorize()).code, SECRET.padEnd(43, '0')),
    reason: 'pkce.verifier_mismatch',
    section: /^RFC 7636 /,
  },
  {
    title: 'a code that is used again (RFC 6749 §10.5)',
    event: 'grant.error',
    async ask(op) {
      const { code, verifier } = await op.login()
      await op.exchange(code, verifier)
    },
    reason: 'authorization_code.replayed',
    section: /^RFC 6749 /,
  },
  {
    title: 'an access token that is not known (RFC 6750 §3.1)',
    event: 'userinfo.error',
    ask: (op) => op.userinfo(SECRET),
    reason: 'userinfo.token_not_found',
    section: /^RFC 6750 /,
    seen: [],
  },
  {
    title: 'an access token without the scope openid (OpenID Connect Core 1.0 §5.3.1)',
    event: 'userinfo.error',
    ask: async (op) =>
      op.userinfo((await op.login({ scope: 'offline_access', prompt: 'consent' })).body['access_token']),
    reason: 'userinfo.openid_scope_missing',
    section: /^OpenID Connect Core 1\.0 /,
    accepted: ['openid'],
  },
]

describe('why something was refused', () => {
  afterEach(async () => {
    await stopServers()
    await stopProviders()
  })

  describe('is said by the events: reason, section, names of what was seen, and what would be accepted', () => {
    for (const { title, event, ask, reason, section, seen, accepted } of REFUSED) {
      it(`of ${title}`, async () => {
        const op = await startProvider()
        const failed = op.nextError(event)

        await ask(op)

        const error = await failed
        expect(error.reason).to.equal(reason)
        expect(error.section).to.match(section)
        if (seen !== undefined) expect(error.seen).to.deep.equal(seen)
        if (accepted !== undefined) expect(error.accepted).to.include.members([...accepted])
        expect(JSON.stringify(error)).to.not.include(SECRET)
      })
    }

    it('and by what a function throws to the host: an interaction without its cookie', async () => {
      const op = await startProvider()
      const thrown: unknown[] = []
      const host = await startServer((req, res) => {
        op.provider
          .interactionDetails(req, res)
          .catch((error) => thrown.push(error))
          .finally(() => res.end())
      })

      await op.agent().get(`${host.origin}/interaction/nothing`)

      expect(thrown[0]).to.include({ reason: 'interaction.interaction_cookie_missing' })
    })
  })

  it('is not told to who asks, by direct answer or by redirect (RFC 6749 §4.1.2.1, §5.2)', async () => {
    const op = await startProvider()

    const page = await op.agent().get(op.authorizationUrl({ redirect_uri: `${REDIRECT_URI}/` }))
    const redirected = await op.authorize({ prompt: 'none' })
    const direct = await op.token({})

    const told = [await page.text(), String(redirected.location), JSON.stringify(direct.body)].join()
    expect(told).to.include('invalid_redirect_uri').and.to.include('login_required')
    for (const word of ['unregistered', 'prompt_needed', 'parameter.missing', 'RFC', 'section', 'accepted'])
      expect(told).to.not.include(word)
  })

  it('is `host` where a function of the host throws without a reason', async () => {
    const op = await startProvider({
      extraParams: {
        colour() {
          throw new errors.InvalidRequest('no colours')
        },
      },
    })
    const failed = op.nextError('authorization.error')

    await op.authorize({ colour: 'red' })

    expect(await failed).to.include({ reason: 'host', section: undefined, seen: undefined })
  })

  it('is what a function of the host says, where it gives a reason of its own', async () => {
    const why = { reason: 'opening_hours.closed', section: 'our terms §3', seen: ['Sunday'] }
    const op = await startProvider({
      extraParams: {
        colour() {
          throw new errors.InvalidRequest('closed').because(why)
        },
      },
    })
    const failed = op.nextError('authorization.error')

    await op.authorize({ colour: 'red' })

    expect(await failed)
      .to.include({ reason: 'opening_hours.closed', section: 'our terms §3' })
      .and.to.deep.include({ seen: ['Sunday'] })
  })

  it('stays where an endpoint has to answer by another error code', () => {
    const error = new errors.InvalidRedirectUri().because(
      { reason: 'redirect_uri.unregistered', section: 'RFC 9700 §4.1.3' },
      { seen: ['a'], accepted: ['b'] },
    )

    const { error: code, reason, section, seen, accepted } = error.as('invalid_request')

    expect({ code, reason, section, seen, accepted }).to.deep.equal({
      code: 'invalid_request',
      reason: 'redirect_uri.unregistered',
      section: 'RFC 9700 §4.1.3',
      seen: ['a'],
      accepted: ['b'],
    })
  })

  it('of a client whose stored metadata break a rule is the client, and names the member (RFC 7591 §3.2.2)', async () => {
    const adapter = memoryAdapter()
    const redirect_uris = ['https://rp.example.com/#fragment']
    await adapter('Client').upsert('stored', { ...WEB_CLIENT, client_id: 'stored', redirect_uris })
    const op = await startProvider({ adapter })
    const failed = op.nextError('authorization.error')

    await op.agent().get(op.authorizationUrl({ client_id: 'stored' }))

    expect(await failed)
      .to.include({ reason: 'client.invalid' })
      .and.to.deep.include({ seen: ['redirect_uris'] })
  })

  it('is given for every error that the provider makes', () => {
    const sources = readSources()

    expect([...unexplained(sources)]).to.deep.equal([])
    expect([...refusals(sources)]).to.have.length.above(250)
  })

  it('is missed where an error is made without one', () => {
    const text = `
      class Special extends InvalidGrant {}
      // new InvalidGrant('in a comment')
      const explained = () => new InvalidGrant(f(')')).because(CODE.expired)
      const maker = (detail: string) => new InvalidGrant(detail)
      throw refuse('no')
      throw new InvalidGrant('no')
      throw new Special('no')`
    const errorClasses = readSources().get('lib/helpers/errors.ts') ?? {
      text: '',
      imports: [],
      additions: [],
    }
    const sources = new Map([
      ['lib/helpers/errors.ts', errorClasses],
      ['lib/actions/some.ts', { text, imports: [], additions: [] }],
    ])

    expect([...unexplained(sources)]).to.deep.equal([
      'lib/actions/some.ts makes refuse without .because(reason)',
      'lib/actions/some.ts makes InvalidGrant without .because(reason)',
      'lib/actions/some.ts makes Special without .because(reason)',
    ])
  })

  it('has a code of its own, a section, when it is and what to do', () => {
    const codes = all.map(({ reason }) => reason)

    expect(new Set(codes).size).to.equal(codes.length)
    for (const { reason, section, when, remedy } of all) {
      expect(reason).to.match(/^[a-z]+(?:_[a-z]+)*\.[a-z0-9]+(?:_[a-z0-9]+)*$/)
      expect(section, reason).to.match(/^(?:RFC \d|OpenID Connect |OAuth 2\.0 |FAPI)/)
      expect(when, reason).to.match(/\.$/)
      expect(remedy, reason).to.match(/[.?]$/)
    }
  })

  it('is given somewhere: no reason is left over', () => {
    const texts = [...readSources()]
      .filter(([file]) => !file.endsWith('reasons.ts'))
      .map(([, { text }]) => text)
      .join()
    const families = [...readSources().values()].flatMap(({ text }) =>
      [...text.matchAll(/export const ([A-Z_]+) = defineReasons\('(\w+)'/g)].map(
        ([, constant = '', family = '']) => [family, constant] as const,
      ),
    )
    const constants = new Map(families)

    const unused = all
      .map(({ reason }) => reason)
      .filter((reason) => {
        const [family = '', name = ''] = reason.split('.')
        return !new RegExp(`\\b${constants.get(family)}\\.${name}\\b`).test(texts)
      })

    expect(unused).to.deep.equal([])
  })

  it('keeps its code for ever', () => {
    const now = `${all
      .map(({ reason }) => reason)
      .sort()
      .join('\n')}\n`
    if (process.env['UPDATE_SNAPSHOT'] === '1' || !existsSync(SNAPSHOT)) writeFileSync(SNAPSHOT, now)
    const before = readFileSync(SNAPSHOT, 'utf8')

    const gone = before.split('\n').filter((code) => !now.split('\n').includes(code))
    expect(gone, 'hosts have counters and alarms for these').to.deep.equal([])
    expect(now, 'UPDATE_SNAPSHOT=1 adds new ones').to.equal(before)
  })
})
