import { expect } from 'chai'
import { interactionPolicy } from '../../../../lib/index.ts'
import type { Configuration } from '../../../../types/configuration.ts'
import { startProvider, stopProviders } from '../../../support/start_provider.ts'

const { Check, Prompt } = interactionPolicy

describe('A111 without a grant before', () => {
  afterEach(stopProviders)

  /** Notes whose grant the checks are looking at. */
  const noting = (seen: unknown[]): Configuration => {
    const policy = interactionPolicy.base()
    const noted = new Check('noted', 'never a reason', ({ oidc }) => {
      seen.push({ clientId: oidc.grant?.clientId, accountId: oidc.grant?.accountId, jti: oidc.grant?.jti })
      return Check.NO_NEED_TO_PROMPT
    })
    policy.add(new Prompt({ name: 'noted' }, noted), 0)
    return { interactions: { policy, url: (_ctx, { uid }) => `/interaction/${uid}` } }
  }

  it('checks look at an empty one of this client, and of the account once there is one', async () => {
    const seen: unknown[] = []
    const op = await startProvider({ ...noting(seen), loadExistingGrant: () => undefined })
    await op.authorize()

    expect(seen[0]).to.deep.equal({ clientId: 'web', accountId: undefined, jti: undefined })
    expect(seen.at(-1)).to.deep.equal({ clientId: 'web', accountId: 'alice', jti: undefined })
  })
})
