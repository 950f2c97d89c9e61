import { developmentKeys } from '../../lib/helpers/jose/development_keys.ts'
import { Provider } from '../../lib/index.ts'
import { rsaPair } from '../../test/support/key_pair.ts'
import type { ClientMetadata } from '../../types/client.ts'
import { table } from '../lab/table.ts'

const SILENT = { info() {}, warn() {}, error() {} }
const LOOKUPS = 200_000
/** Half of them with a secret, half with keys of their own. */
function clients(count: number): ClientMetadata[] {
  const { n, e } = rsaPair().publicKey.export({ format: 'jwk' })
  return Array.from({ length: count }, (_, number) => ({
    client_id: `client-${number}`,
    redirect_uris: [`https://rp-${number}.example.com/cb`, `https://rp-${number}.example.com/other`],
    contacts: [`ops@rp-${number}.example.com`],
    ...(number % 2 === 0
      ? { client_secret: 'a secret with 32 characters or so' }
      : {
          token_endpoint_auth_method: 'private_key_jwt' as const,
          jwks: { keys: [{ kty: 'RSA', kid: `${number}`, n: n ?? '', e: e ?? '' }] },
        }),
  }))
}

async function measure(count: number, jwks: ReturnType<typeof developmentKeys>): Promise<string[]> {
  const configured = clients(count)
  const start = performance.now()
  const provider = new Provider('https://op.example.com', {
    clients: configured,
    jwks,
    cookies: { keys: ['a key for cookies'] },
    logger: SILENT,
    features: { devInteractions: { enabled: false } },
  })
  const construction = performance.now() - start

  const first = performance.now()
  for (const { client_id: id } of configured) await provider.Client.find(id)
  const firstUse = (performance.now() - first) / count

  const again = performance.now()
  for (let lookup = 0; lookup < LOOKUPS; lookup += 1) await provider.Client.find(`client-${lookup % count}`)
  const perRequest = (performance.now() - again) / LOOKUPS

  return [
    String(count),
    `${construction.toFixed(1)} ms`,
    `${(firstUse * 1000).toFixed(1)} µs`,
    `${(perRequest * 1000).toFixed(2)} µs`,
  ]
}

/** What clients of the configuration cost: constructing a provider, and looking one up in a request. */
export async function measureStaticClients(): Promise<void> {
  // Made once: making keys takes longer, and less evenly, than what is measured here.
  const jwks = developmentKeys()
  // The first run compiles.
  await measure(10, jwks)
  const rows: string[][] = []
  for (const count of [10, 10_000, 10, 10_000]) rows.push(await measure(count, jwks))
  console.log(table(['Clients', 'Construction', 'First use of each', 'Each later request'], rows))
}
