import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { run } from '../../scripts/pack.ts'
import { buildArgs, type Container, type Engine, words } from './engine.ts'

const PROGRAM = 'buildah'

const call = async (...args: string[]) => (await run(PROGRAM, args, tmpdir())).trim()

/** Somebody else who answers there would be taken for the image. */
async function ownPort(port: number): Promise<number> {
  const server = createServer().listen(port)
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
  return port
}

/** The process at the end of a line of them that starts with this one. */
async function lastOf(first: number): Promise<number> {
  const table = (await run('ps', ['-eo', 'ppid=,pid='], tmpdir())).trim().split('\n')
  const next = new Map(table.map((line) => [Number.parseInt(line, 10), Number(line.trim().split(/\s+/)[1])]))
  let last = first
  for (let child = next.get(last); child !== undefined; child = next.get(last)) last = child
  return last
}

/** It runs what it is told to in the image, which is the only process there, on the ports of this machine. */
async function start(tag: string, _port: number, args: readonly string[]): Promise<Container> {
  const { Docker } = Object(JSON.parse(await call('inspect', '--type', 'image', tag)))
  const { Entrypoint, Healthcheck } = Object(Docker.config)
  const id = await call('from', '--pull-never', tag)
  const child = spawn(PROGRAM, ['run', '--network', 'host', id, '--', ...words(Entrypoint), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(String(data)))
  const closed = once(child, 'close')
  return {
    healthCheck: words(Object(Healthcheck).Test),
    run: (command) => call('run', '--network', 'host', id, '--', ...command),
    async stop() {
      // It passes no signal on: it kills.
      if (child.pid !== undefined) process.kill(await lastOf(child.pid), 'SIGTERM')
      const [status] = await closed
      return status ?? 1
    },
    printed: async () => said.join(''),
    async remove() {
      child.kill('SIGKILL')
      await closed
      await call('rm', id)
    },
  }
}

/** Builds without a daemon; runs for one that has to be looked after. */
export const buildah: Engine = {
  name: PROGRAM,
  async build(folder, tag, args) {
    // The other format has no HEALTHCHECK.
    await call('build', '--format', 'docker', '--tag', tag, ...buildArgs(args), folder)
  },
  start,
  portFor: ownPort,
  removeImage: async (tag) => void (await call('rmi', tag)),
}
