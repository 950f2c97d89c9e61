import { tmpdir } from 'node:os'
import { run } from '../../scripts/pack.ts'
import { freePort } from '../support/free_port.ts'
import { buildArgs, type Container, type Engine, words } from './engine.ts'

/** How long it may take to end before it is killed, which gives another status. */
const SECONDS_TO_END = '10'

/** Docker, and Podman, which has its commands. */
export function docker(program: 'docker' | 'podman'): Engine {
  const call = async (...args: string[]) => (await run(program, args, tmpdir())).trim()
  /** Podman keeps HEALTHCHECK in this format only. */
  const format = program === 'podman' ? ['--format', 'docker'] : []

  async function start(tag: string, port: number, args: readonly string[]): Promise<Container> {
    const id = await call('run', '--detach', '--publish', `127.0.0.1:${port}:9000`, tag, ...args)
    const { Test } = Object(JSON.parse(await call('inspect', '--format', '{{json .Config.Healthcheck}}', id)))
    return {
      healthCheck: words(Test),
      run: (command) => call('exec', id, ...command),
      async stop() {
        await call('stop', '-t', SECONDS_TO_END, id)
        return Number(await call('inspect', '--format', '{{.State.ExitCode}}', id))
      },
      printed: () => call('logs', id),
      remove: async () => void (await call('rm', '--force', id)),
    }
  }

  return {
    name: program,
    async build(folder, tag, args) {
      await call('build', ...format, '--tag', tag, ...buildArgs(args), folder)
    },
    start,
    portFor: freePort,
    removeImage: async (tag) => void (await call('rmi', tag)),
  }
}
