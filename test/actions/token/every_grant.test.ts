import { expect } from 'chai'
import type { Configuration } from '../../../types/configuration.ts'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import { FLOWS, type Outcome, startForFlows } from '../../storage/flows.ts'
import { stopProviders } from '../../support/start_provider.ts'

/** The last request of each grant, by its name among the flows, and whether refresh tokens come with it. */
const GRANTS: readonly (readonly [
  flow: string,
  kind: 'AccessToken' | 'ClientCredentials',
  refreshes: boolean,
])[] = [
  ['code exchange', 'AccessToken', true],
  ['refresh without rotation', 'AccessToken', true],
  ['client credentials', 'ClientCredentials', false],
  ['device approval to tokens', 'AccessToken', true],
  ['CIBA approval to tokens', 'AccessToken', true],
  ['token exchange', 'AccessToken', false],
  ['JWT bearer', 'AccessToken', false],
  ['custom grant', 'AccessToken', true],
]

describe('what hosts decide about the tokens of every grant', () => {
  afterEach(stopProviders)

  /** Everything up to the tokens. */
  async function reach(flow: string, configuration: Configuration) {
    const op = await startForFlows(configuration)
    const { agent } = await op.authorize({ scope: 'openid offline_access', prompt: 'consent' })
    const prepared = await FLOWS[flow]?.prepare(op, agent)
    if (prepared === undefined) throw new Error(`there is no flow ${flow}`)
    return { op, run: prepared.run }
  }

  const tokenOf = ({ body }: Outcome, name: string) => String(body[name] ?? '')

  for (const [flow, kind, refreshes] of GRANTS) {
    it(`F188 the ttl function of ${kind} is given request, token and client, and decides: ${flow} (RFC 6749 §5.1)`, async () => {
      const told: unknown[] = []
      const decide = (
        ctx: KoaContextWithOIDC | undefined,
        kind: string,
        { clientId }: { clientId: string },
      ) => {
        told.push([typeof ctx?.oidc.params?.['grant_type'], kind, clientId])
        return 77
      }
      const { op, run } = await reach(flow, {
        ttl: {
          AccessToken: (ctx, token, client) => decide(ctx, token.kind, client),
          ClientCredentials: (ctx, token, client) => decide(ctx, token.kind, client),
        },
      })
      told.length = 0

      const outcome = await run()

      expect([outcome.status, outcome.body['expires_in']]).to.deep.equal([200, 77])
      expect(told).to.deep.include(['string', kind, 'web'])
      const stored = await op.provider[kind].find(tokenOf(outcome, 'access_token'))
      expect(stored?.remainingTTL).to.be.within(75, 77)
    })

    if (!refreshes) continue

    for (const rotates of [true, false]) {
      it(`F183 rotateRefreshToken is asked, and ${rotates ? 'rotates' : 'keeps'} the refresh token of ${flow} (RFC 9700 §4.14.2)`, async () => {
        const asked: unknown[] = []
        const { op, run } = await reach(flow, {
          rotateRefreshToken: (ctx) => {
            asked.push([ctx.oidc.client?.clientId, ctx.oidc.entities.RefreshToken?.kind])
            return rotates
          },
        })
        const first = tokenOf(await run(), 'refresh_token')
        asked.length = 0

        const { status, body } = await op.refresh(first)

        expect([status, asked]).to.deep.equal([200, [['web', 'RefreshToken']]])
        expect(body['refresh_token'] !== first).to.equal(rotates)
        expect((await op.refresh(first)).status).to.equal(rotates ? 400 : 200)
      })
    }

    // A grant of the host's issues what it says by itself.
    if (flow === 'refresh without rotation' || flow === 'custom grant') continue

    it(`F175 issueRefreshToken says no: ${flow} gets no refresh token (RFC 6749 §1.5)`, async () => {
      const { run } = await reach(flow, { issueRefreshToken: () => false })

      const { status, body } = await run()

      expect(status).to.equal(200)
      expect(body).to.have.property('access_token')
      expect(body).to.not.have.property('refresh_token')
    })
  }
})
