import { expect } from 'chai'
import { ask, codeForm, forToken, newKey, prove, proveUserinfo, tokenWith, userinfoWith } from '../dpop.ts'
import { stopProviders, type TokenAnswer } from '../start_provider.ts'
import { Deployment, stopDeployments } from './deployment.ts'
import { MACHINE } from './host_configuration.ts'
import type { SharedStorage } from './raced_processes.ts'

const USES = 50
const PROCESSES = 4

const race = <T>(run: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: USES }, run))

function expectOne(answers: readonly TokenAnswer[], refusal: number): void {
  const counts = new Map<string, number>()
  for (const { status, body } of answers) {
    const said = `${status} ${body['error'] ?? ''}`.trim()
    counts.set(said, (counts.get(said) ?? 0) + 1)
  }
  expect(Object.fromEntries(counts)).to.deep.equal({
    200: 1,
    [`${refusal} invalid_dpop_proof`]: USES - 1,
  })
}

/** Each proof is accepted once, whatever process it reaches. @see RFC 9449 §11.1 */
export function describeRacedProofs(name: string, storage: SharedStorage): void {
  describe(`DPoP proofs at ${PROCESSES} processes on one ${name} (RFC 9449 §11.1)`, function suite() {
    this.timeout(120_000)
    let deployment: Deployment
    const key = newKey()
    before(async () => {
      deployment = await Deployment.start(await storage.start(), { processes: PROCESSES })
    })
    after(async () => {
      await stopDeployments()
      await stopProviders()
      await storage.stop()
    })

    const login = async () => {
      const { op } = deployment
      const { code, verifier } = await op.authorize()
      return (await tokenWith(op, key, codeForm(code, verifier))).body
    }

    it('A134 one used 50 times at once at the token endpoint is accepted once', async () => {
      const { op } = deployment
      const dpop = await prove(key, forToken(op))

      expectOne(await race(() => ask(op, dpop, MACHINE.client_id)), 400)
    })

    it('A134 one used 50 times at once at the userinfo endpoint is accepted once', async () => {
      const { op } = deployment
      const { access_token: token } = await login()
      const dpop = await proveUserinfo(op, key, token)

      expectOne(await race(() => userinfoWith(op, token, { dpop })), 401)
    })

    it('A135 a nonce of one process is accepted by all', async () => {
      const { op } = deployment
      const asked = await ask(op, await prove(key, forToken(op)), MACHINE.client_id)
      const nonce = asked.headers.get('dpop-nonce')
      const proofs = Array.from({ length: PROCESSES * 2 }, () => prove(key, { ...forToken(op), nonce }))
      const answers = await Promise.all(proofs.map(async (proof) => ask(op, await proof, MACHINE.client_id)))

      expect(nonce).to.match(/^[\w-]{43}$/)
      expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]))
    })
  })
}
