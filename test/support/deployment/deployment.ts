import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { developmentKeys } from '../../../lib/helpers/jose/development_keys.ts'
import { bundlePrograms } from '../built_package.ts'
import { RunningProvider, startProvider, WEB_CLIENT } from '../start_provider.ts'
import { configurationFor, type HostOptions } from './host_configuration.ts'

/** What the balancer says for a process that ended while it worked on a request, or where there is none. */
export const UNANSWERED = 502

const running = new Set<Deployment>()

/** What these processes cover is not the suite's doing. */
const ENVIRONMENT = { ...process.env, NODE_V8_COVERAGE: '' }

let host: Promise<string> | undefined

/** The program of one process. */
async function hostProgram(): Promise<string> {
  host ??= bundlePrograms([join(import.meta.dirname, 'host.ts')])
  return join(await host, 'host.js')
}

/** Ends every process that a test started. */
export async function stopDeployments(): Promise<void> {
  const started = [...running]
  running.clear()
  await Promise.all(started.map((deployment) => deployment.stop()))
}

interface Host {
  readonly child: ChildProcess
  readonly port: number
}

/** Processes of one provider on one storage, behind a balancer that gives each request to the next of them. */
export class Deployment {
  readonly #server: Server
  readonly #options: HostOptions
  readonly #hosts: Host[] = []
  #turn = 0
  /** What clients and end-users do, through the balancer. */
  readonly op: RunningProvider

  private constructor(server: Server, options: HostOptions, op: RunningProvider) {
    this.#server = server
    this.#options = options
    this.op = op
  }

  /** @param storage its address */
  static async start(
    storage: string,
    options: { processes?: number; reuseWindow?: number; storageTimeout?: number } = {},
  ): Promise<Deployment> {
    const { processes = 2, reuseWindow = 0, storageTimeout } = options
    let deployment: Deployment | undefined
    const server = createServer((req, res) => deployment?.forward(req, res))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no address')
    const issuer = `http://127.0.0.1:${address.port}`
    const jwks = developmentKeys()
    const hostOptions: HostOptions = { issuer, storage, jwks, reuseWindow, storageTimeout }
    const { provider } = await startProvider(await configurationFor(hostOptions), { issuer })
    deployment = new Deployment(server, hostOptions, new RunningProvider(provider, issuer, WEB_CLIENT))
    running.add(deployment)
    await Promise.all(Array.from({ length: processes }, () => deployment?.add()))
    return deployment
  }

  /** Starts one more process. */
  async add(): Promise<void> {
    const child = fork(await hostProgram(), [JSON.stringify(this.#options)], {
      execArgv: [],
      env: ENVIRONMENT,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const ended = once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`a process ended with ${code}`)),
    )
    const [port] = await Promise.race([once(child, 'message'), ended])
    this.#hosts.push({ child, port: Number(port) })
  }

  /** Ends the process that is longest there, in the middle of whatever it does. */
  async kill(): Promise<void> {
    const host = this.#hosts.shift()
    if (host === undefined) return
    const ended = once(host.child, 'exit')
    host.child.kill('SIGKILL')
    await ended
  }

  /**
   * Has somebody else end that process, and goes on sending requests to it until it is gone.
   * @param strike kills the process of that id, sooner or later
   */
  async killedBy(strike: (pid: number) => void): Promise<void> {
    const [host] = this.#hosts
    if (host?.child.pid === undefined) return
    const ended = once(host.child, 'exit')
    strike(host.child.pid)
    await ended
    this.#hosts.splice(this.#hosts.indexOf(host), 1)
  }

  async stop(): Promise<void> {
    while (this.#hosts.length > 0) await this.kill()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Requests that lose their process, or find none, are answered with 502, as balancers do. */
  forward(req: IncomingMessage, res: ServerResponse): void {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => this.#pass(req, Buffer.concat(chunks), res, this.#hosts.length))
  }

  /** @param left processes that may still be asked: one that takes no connection is passed over */
  #pass(req: IncomingMessage, body: Buffer, res: ServerResponse, left: number): void {
    this.#turn += 1
    const port = this.#hosts[this.#turn % this.#hosts.length]?.port
    const { method, url: path, headers } = req
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('error', () => res.destroy())
      answer.pipe(res)
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (res.headersSent) res.destroy()
      else if (error.code === 'ECONNREFUSED' && left > 1) this.#pass(req, body, res, left - 1)
      else res.writeHead(UNANSWERED).end()
    })
    sent.end(body)
  }
}
