/** From nothing to the first answer, in a process that has done nothing else. Tells its parent what that took. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { loadProvider, providerListener } from './provider_listener.ts'
import type { Setup } from './setup.ts'

export interface ColdSetup extends Setup {
  /** The first request there is. */
  request: string
}

/** Milliseconds, and what the process holds afterwards. */
export interface ColdStart {
  import: number
  construction: number
  /** From opening the connection to the answer. */
  answer: number
  total: number
  /** Processor time of all that. */
  cpu: number
  mebibytes: number
  statusLine: string
}

type Make = () => RequestListener | Promise<RequestListener>

async function load(setup: Setup): Promise<Make> {
  if (setup.entry === '') {
    const { floorListener } = await import('./floor/floor_listener.ts')
    return () => floorListener(setup)
  }
  const Implementation = await loadProvider(setup)
  return () => providerListener(Implementation, setup)
}

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

async function firstAnswer(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  socket.write(request)
  const [text] = await once(socket, 'data')
  return String(text).slice(0, String(text).indexOf('\r\n'))
}

async function coldStart(setup: ColdSetup): Promise<ColdStart> {
  const { user, system } = process.cpuUsage()
  const start = performance.now()
  const make = await load(setup)
  const loaded = performance.now()
  const listener = await make()
  const constructed = performance.now()
  const port = await listen(listener)
  const listening = performance.now()
  const statusLine = await firstAnswer(port, setup.request)
  const end = performance.now()
  const cpu = process.cpuUsage({ user, system })
  return {
    import: loaded - start,
    construction: constructed - loaded,
    answer: end - listening,
    total: end - start,
    cpu: (cpu.user + cpu.system) / 1000,
    mebibytes: process.memoryUsage().rss / 2 ** 20,
    statusLine,
  }
}

const setup: ColdSetup = (await once(process, 'message'))[0]
process.send?.(await coldStart(setup), () => process.exit())
