import { expect } from 'chai'
import { errors } from '../../../../lib/index.ts'
import type { Configuration } from '../../../../types/configuration.ts'
import { EVERYTHING, request } from '../../../support/authorization_answer.ts'
import { startProvider, stopProviders } from '../../../support/start_provider.ts'

/** Remembers what interactions are told. */
function watching(configuration: Configuration) {
  const seen: Record<string, unknown>[] = []
  const url: NonNullable<Configuration['interactions']>['url'] = (_ctx, { uid, params }) => {
    seen.push(params)
    return `/interaction/${uid}`
  }
  return { seen, configuration: { ...EVERYTHING, ...configuration, interactions: { url } } }
}

describe('extraParams: parameters of the host (RFC 6749 §8.2)', () => {
  afterEach(stopProviders)

  it('A095 one that was not declared is ignored', async () => {
    const { seen, configuration } = watching({})
    const op = await startProvider(configuration)

    await request(op, { tenant: 'acme' })

    expect(seen[0]).to.include({ client_id: 'web' }).and.not.have.property('tenant')
  })

  it('A095 one that repeats is refused', async () => {
    const op = await startProvider({ ...EVERYTHING, extraParams: ['tenant'] })

    const response = await op.agent().get(`${op.authorizationUrl({ tenant: 'a' })}&tenant=b`)

    expect(response.headers.get('location')).to.include('error=invalid_request')
  })

  for (const [title, extraParams] of [
    ['an Array', ['tenant']],
    ['a Set', new Set(['tenant'])],
    ['an object without validators', { tenant: null }],
  ] as const) {
    it(`A095 those of ${title} are in ctx.oidc.params and in interactions`, async () => {
      const { seen, configuration } = watching({ extraParams })
      const op = await startProvider(configuration)
      const accepted: unknown[] = []
      op.provider.on('authorization.accepted', (ctx) => accepted.push(ctx.oidc.params?.['tenant']))

      const { members } = await request(op, { tenant: 'acme' })

      expect(members).to.have.property('code')
      expect(seen[0]).to.include({ tenant: 'acme' })
      expect(new Set(accepted)).to.deep.equal(new Set(['acme']))
    })
  }

  for (const kind of ['synchronous', 'asynchronous'] as const) {
    it(`F168 a validator may refuse, ${kind}; it sees context, value and client`, async () => {
      const asked: unknown[] = []
      const refuse = (value: string | undefined) => {
        if (value !== 'acme') throw new errors.InvalidRequest('unknown tenant')
      }
      const op = await startProvider({
        ...EVERYTHING,
        extraParams: {
          tenant: (ctx, value, client) => {
            asked.push([ctx.oidc.route, value, client.clientId])
            return kind === 'synchronous' ? refuse(value) : Promise.resolve(value).then(refuse)
          },
        },
      })

      const refused = await request(op, { tenant: 'other', state: 's' })
      const missing = await request(op)
      const accepted = await request(op, { tenant: 'acme' })

      expect(refused.members).to.include({
        error: 'invalid_request',
        error_description: 'unknown tenant',
        state: 's',
      })
      expect(missing.members['error']).to.equal('invalid_request')
      expect(accepted.members).to.have.property('code')
      expect(asked.slice(0, 2)).to.deep.equal([
        ['authorization', 'other', 'web'],
        ['authorization', undefined, 'web'],
      ])
    })
  }

  it('F321 a host can make scopes that are not fixed by extending provider.OIDCContext, for one provider', async () => {
    const configuration: Configuration = { ...EVERYTHING }
    const op = await startProvider(configuration)
    const other = await startProvider(configuration)
    const { prototype } = op.provider.OIDCContext
    const original = Object.getOwnPropertyDescriptor(prototype, 'requestParamOIDCScopes')
    Object.defineProperty(prototype, 'requestParamOIDCScopes', {
      get(this: typeof prototype) {
        const dynamic = [...this.requestParamScopes].filter((scope) => scope.startsWith('transaction:'))
        const known: ReadonlySet<string> = Reflect.apply(original?.get ?? Set, this, [])
        return new Set([...known, ...dynamic])
      },
    })
    const scopeAt = async (provider: typeof op) => {
      const { members, verifier } = await request(provider, { scope: 'openid transaction:42' })
      return (await provider.exchange(members['code'] ?? '', verifier)).body['scope']
    }

    expect(await scopeAt(op)).to.equal('openid transaction:42')
    expect(await scopeAt(other)).to.equal('openid')
    expect(op.provider.OIDCContext).to.not.equal(other.provider.OIDCContext)
  })
})
