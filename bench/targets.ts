import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { join } from 'node:path'

export interface Answer {
  status: number
  location: string | undefined
  cookies: readonly string[]
  text: string
}

export interface Call {
  path: string
  method?: string
  headers?: Record<string, string>
  body?: string
}

/** A server in a process of its own. */
export class Target {
  readonly name: string
  readonly #child: ChildProcess
  readonly #port: number
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 16 })

  private constructor(name: string, child: ChildProcess, port: number) {
    this.name = name
    this.#child = child
    this.#port = port
  }

  static async start(name: string, moduleFolder: string): Promise<Target> {
    const child = fork(join(import.meta.dirname, 'server.ts'), [name, moduleFolder], {
      env: { ...process.env, NODE_ENV: 'production', NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const [port] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`${name} did not start`))),
    ])
    return new Target(name, child, Number(port))
  }

  call({ path, method = 'GET', headers = {}, body }: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const length: Record<string, string> =
        body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          path,
          method,
          agent: this.#agent,
          headers: { ...headers, ...length },
        },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            text += chunk
          })
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              location: response.headers.location,
              cookies: response.headers['set-cookie'] ?? [],
              text,
            }),
          )
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  /** Processor time the server has used so far, in microseconds. */
  async cpuTime(): Promise<number> {
    this.#child.send('cpu')
    const [microseconds] = await once(this.#child, 'message')
    return Number(microseconds)
  }

  stop(): void {
    this.#agent.destroy()
    this.#child.kill()
  }
}
