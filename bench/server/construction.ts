/** Constructs a provider again and again. Tells its parent the milliseconds that each took. */
import { once } from 'node:events'
import { loadProvider, providerListener } from './provider_listener.ts'
import type { Setup } from './setup.ts'

const setup: Setup = (await once(process, 'message'))[0]
const Implementation = await loadProvider(setup)
const times = Array.from({ length: 40 }, () => {
  const start = performance.now()
  providerListener(Implementation, setup)
  return performance.now() - start
})
process.send?.(times, () => process.exit())
