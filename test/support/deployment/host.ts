/** A provider in a process of its own. Says its port, and ends with whoever started it. */
import { startProvider } from '../start_provider.ts'
import { configurationFor, type HostOptions } from './host_configuration.ts'

const options: HostOptions = JSON.parse(process.argv[2] ?? '{}')
const { origin } = await startProvider(await configurationFor(options), { issuer: options.issuer })
process.on('disconnect', () => process.exit(0))
process.send?.(Number(new URL(origin).port))
