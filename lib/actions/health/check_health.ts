import type { Health, HealthCheck } from '../../../types/running/health.ts'
import { StorageTimeout } from '../../adapters/storage_timeout.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { signWithKey } from '../../helpers/jose/sign_with_key.ts'
import { verifyWithKey } from '../../helpers/jose/verify_with_key.ts'
import { randomId } from '../../helpers/random_id.ts'

/** What is signed to see whether it can be. */
const PROBE = 'health'

/** Says what is wrong; nothing when nothing is. */
type Try = () => Promise<string | undefined>

/** Texts of others may hold addresses and passwords of theirs; their codes do not. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' && /^\w{1,40}$/.test(code) ? ` (${code})` : codeOf(error.cause)
}

async function check(name: string, attempt: Try): Promise<HealthCheck> {
  const start = performance.now()
  let problem: string | undefined
  try {
    problem = await attempt()
  } catch (error) {
    problem = error instanceof StorageTimeout ? error.message : `it failed${codeOf(error)}`
  }
  const duration = Math.round((performance.now() - start) * 100) / 100
  return problem === undefined
    ? { name, status: 'ok', duration }
    : { name, status: 'failing', duration, problem }
}

/** Looks for a session that there is not: what every request does. */
const tryStorage =
  ({ store }: Runtime): Try =>
  async () => {
    await store.find('Session', randomId())
    return undefined
  }

const trySignature =
  ({ keystore }: Runtime, alg: string): Try =>
  async () => {
    const key = keystore.keyFor(alg)
    if (key === undefined) return 'there is no key'
    const signature = await signWithKey(alg, key.privateKey, PROBE)
    const holds = await verifyWithKey(alg, key.publicKey, PROBE, signature)
    return holds ? undefined : 'what the key signed cannot be verified'
  }

/** Algorithms that are enabled for something, and that a key of the provider's signs with. */
function servedAlgorithms({ configuration, keystore }: Runtime): string[] {
  const enabled = Object.entries(configuration.enabledJWA).flatMap(([purpose, algorithms]) =>
    purpose.endsWith('SigningAlgValues') ? algorithms : [],
  )
  return [...new Set(enabled)].filter((alg) => keystore.supports(alg)).sort()
}

/** Tries what every request needs. Never rejects. */
export async function checkHealth(rt: Runtime): Promise<Health> {
  const checks = await Promise.all([
    check('storage', tryStorage(rt)),
    ...servedAlgorithms(rt).map((alg) => check(`signature ${alg}`, trySignature(rt, alg))),
  ])
  return { status: checks.every(({ status }) => status === 'ok') ? 'ok' : 'failing', checks }
}
