import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { EVERYTHING, HYBRID_CLIENT, request, verifyIdToken } from '../../support/authorization_answer.ts'
import {
  ACCOUNT,
  REDIRECT_URI,
  type RunningProvider,
  startProvider,
  stopProviders,
} from '../../support/start_provider.ts'

const OTHER_SECTOR = 'https://elsewhere.example.com/cb'
const PAIRWISE: ClientMetadata = { ...HYBRID_CLIENT, subject_type: 'pairwise' }
const asked: unknown[] = []
const CONFIGURATION: Configuration = {
  ...EVERYTHING,
  subjectTypes: ['public', 'pairwise'],
  pairwiseIdentifier: async (_ctx, accountId, client) => {
    asked.push([accountId, client.clientId])
    return createHash('sha256').update(`${client.sectorIdentifier} ${accountId} salt`).digest('hex')
  },
  clients: [
    PAIRWISE,
    { ...PAIRWISE, client_id: 'elsewhere', redirect_uris: [OTHER_SECTOR] },
    { ...HYBRID_CLIENT, client_id: 'public' },
  ],
  features: { claimsParameter: { enabled: true } },
}
const expected = (host: string) => createHash('sha256').update(`${host} ${ACCOUNT} salt`).digest('hex')

describe('pairwise subjects (OpenID Connect Core 1.0 §8.1)', () => {
  beforeEach(() => {
    asked.length = 0
  })
  afterEach(stopProviders)

  /** @returns every `sub` that the client gets to see */
  async function subjects(op: RunningProvider): Promise<unknown[]> {
    const { members, verifier } = await request(op, { response_type: 'code id_token token', nonce: 'n' })
    const { body } = await op.exchange(members['code'] ?? '', verifier)
    const [front, back] = [
      await verifyIdToken(op, members['id_token']),
      await verifyIdToken(op, body['id_token']),
    ]
    const [early, late] = [
      await op.userinfo(members['access_token']),
      await op.userinfo(body['access_token']),
    ]
    return [front['sub'], back['sub'], early.body['sub'], late.body['sub']]
  }

  it('A137 a client sees one sub in ID Tokens and at the userinfo endpoint, and never the account', async () => {
    const op = await startProvider(CONFIGURATION)

    const seen = await subjects(op)

    expect(new Set(seen)).to.deep.equal(new Set([expected('rp.example.com')]))
    expect(asked[0]).to.deep.equal([ACCOUNT, 'web'])
  })

  it('O4 another sector sees another sub, a public client the account', async () => {
    const op = await startProvider(CONFIGURATION)
    const subOf = async (clientId: string, redirectUri: string) => {
      const { members } = await request(op, {
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: 'id_token',
        nonce: 'n',
      })
      const [, payload = ''] = (members['id_token'] ?? '').split('.')
      return JSON.parse(Buffer.from(payload, 'base64url').toString()).sub
    }

    expect(await subOf('elsewhere', OTHER_SECTOR)).to.equal(expected('elsewhere.example.com'))
    expect(await subOf('public', REDIRECT_URI)).to.equal(ACCOUNT)
  })

  it('A62 id_token_hint and the sub claim are compared as the client knows the person (§5.5.1, §3.1.2.1)', async () => {
    const op = await startProvider(CONFIGURATION)
    const { members, agent } = await request(op, { response_type: 'id_token', nonce: 'n' })
    const silently = (params: Record<string, string>) => request(op, { prompt: 'none', ...params }, agent)
    const claim = (value: string) => JSON.stringify({ id_token: { sub: { value } } })

    const hinted = await silently({ id_token_hint: members['id_token'] ?? '' })
    const named = await silently({ claims: claim(expected('rp.example.com')) })
    const misnamed = await silently({ claims: claim(ACCOUNT) })

    expect(hinted.members).to.have.property('code')
    expect(named.members).to.have.property('code')
    expect(misnamed.members['error']).to.equal('login_required')
  })
})
