import { expect } from 'chai'
import type { Interaction } from '../../types/models.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

/** As a screen in TypeScript reads it: the members that are known need no checks. */
function readInteraction({ params, prompt: { details } }: Interaction) {
  const clientId: string = params.client_id
  const hints: (string | undefined)[] = [details.login_hint, details.id_token_hint, details.max_age]
  const names: string[] = [...(details.missingOIDCScope ?? []), ...(details.missingOIDCClaims ?? [])]
  const resources: [string, string[]][] = Object.entries(details.missingResourceScopes ?? {})
  const values: unknown = details.acr?.values
  const own: unknown = details['own']
  return { clientId, hints, names, resources, values, own }
}

describe('the type of interactions (OpenID Connect Core 1.0 §3.1.2.1)', () => {
  afterEach(stopProviders)

  it('says what the built-in prompts tell a screen', async () => {
    const seen: ReturnType<typeof readInteraction>[] = []
    const op = await startProvider(
      { features: { devInteractions: { enabled: false } } },
      {
        use: [
          async (ctx, next) => {
            if (ctx.path.startsWith('/interaction/'))
              seen.push(readInteraction(await op.provider.interactionDetails(ctx.req, ctx.res)))
            return next()
          },
        ],
      },
    )

    await op.authorize({ scope: 'openid', login_hint: 'ann', max_age: '60' })

    const shared = { clientId: 'web', resources: [], values: undefined, own: undefined }
    expect(seen).to.deep.equal([
      { ...shared, hints: ['ann', undefined, '60'], names: [] },
      { ...shared, hints: [undefined, undefined, undefined], names: ['openid'] },
    ])
  })
})
