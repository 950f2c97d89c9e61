/** Constructs a provider again and again. Tells its parent the milliseconds that each took. */
import { once } from 'node:events'
import { configuration } from './configuration.ts'
import { openAdapter } from './open_adapter.ts'
import { loadProvider } from './provider_listener.ts'
import { ISSUER, type Setup } from './setup.ts'

const setup: Setup = (await once(process, 'message'))[0]
const Implementation = await loadProvider(setup)
const adapter = await openAdapter(setup)
const times = Array.from({ length: 40 }, () => {
  const start = performance.now()
  new Implementation(ISSUER, configuration(setup, adapter)).callback()
  return performance.now() - start
})
process.send?.(times, () => process.exit())
