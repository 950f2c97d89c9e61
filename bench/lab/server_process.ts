import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Connection } from '../client/connection.ts'
import type { Setup } from '../server/setup.ts'
import type { Implementation, Lab } from './lab.ts'
import type { Options } from './options.ts'

export type Question = 'cpu' | 'gc' | 'heap' | 'rss' | 'watch delay' | 'delay at p99'

/** A program of bench/server in a fresh process that was given its setup. */
export function startProgram(lab: Lab, program: string, setup: Setup, execArgv: string[] = []): ChildProcess {
  const child = fork(lab.program(program), [], {
    execArgv,
    env: { ...process.env, NODE_ENV: 'production', NODE_NO_WARNINGS: '1', NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  child.send(setup)
  return child
}

/** The next message of a program. */
export async function messageOf(child: ChildProcess, name: string): Promise<unknown> {
  const ended = new AbortController()
  const exit = once(child, 'exit', { signal: ended.signal }).then(() => {
    throw new Error(`the server of ${name} ended`)
  })
  exit.catch(() => {})
  try {
    return (await Promise.race([once(child, 'message'), exit]))[0]
  } finally {
    ended.abort()
  }
}

/** A server that is measured, and the connections to it. */
export class ServerProcess {
  readonly name: string
  readonly connections: readonly Connection[]
  readonly #child: ChildProcess

  private constructor(name: string, child: ChildProcess, connections: readonly Connection[]) {
    this.name = name
    this.#child = child
    this.connections = connections
  }

  static async start(lab: Lab, implementation: Implementation, options: Options): Promise<ServerProcess> {
    const { name } = implementation
    const child = startProgram(lab, 'main', lab.setup(implementation, options), ['--expose-gc'])
    const port = Number(await messageOf(child, name))
    const connections = await Promise.all(Array.from({ length: 16 }, () => Connection.open(port)))
    return new ServerProcess(name, child, connections)
  }

  /** The connection for what is not measured. */
  get connection(): Connection {
    const [first] = this.connections
    if (first === undefined) throw new Error('no connection')
    return first
  }

  async ask(question: Question): Promise<number> {
    const answer = messageOf(this.#child, this.name)
    this.#child.send(question)
    return Number(await answer)
  }

  stop(): void {
    for (const connection of this.connections) connection.close()
    this.#child.kill()
  }
}
