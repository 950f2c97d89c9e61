/** One server to be measured, in a process of its own. Answers its parent's questions with numbers. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { floorListener } from './floor/floor_listener.ts'
import { loadProvider, providerListener } from './provider_listener.ts'
import type { Setup } from './setup.ts'

const setup: Setup = (await once(process, 'message'))[0]
const delay = monitorEventLoopDelay({ resolution: 1 })

const QUESTIONS: Readonly<Record<string, () => number>> = {
  /** Processor time used so far, of all threads, in microseconds. */
  cpu: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  gc: () => {
    globalThis.gc?.()
    return 0
  },
  heap: () => process.memoryUsage().heapUsed,
  rss: () => process.memoryUsage().rss,
  'watch delay': () => {
    delay.reset()
    delay.enable()
    return 0
  },
  /** Milliseconds at p99 since `watch delay`, above the interval at which it is looked at. */
  'delay at p99': () => {
    delay.disable()
    return Math.max(0, delay.percentile(99) / 1e6 - 1)
  },
}

const listener = async (): Promise<RequestListener> =>
  setup.entry === '' ? floorListener(setup) : providerListener(await loadProvider(setup), setup)

const server = createServer(await listener())
server.keepAliveTimeout = 120_000
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
process.send?.(typeof address === 'object' ? address?.port : 0)
process.on('message', (question) => process.send?.(QUESTIONS[String(question)]?.()))
process.on('disconnect', () => process.exit())
