import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/** What these programs cover is not the suite's doing. */
const ENVIRONMENT = { ...process.env, NODE_V8_COVERAGE: '' }

const ours = (path: string): string => new URL(`../../lib/${path}.ts`, import.meta.url).href
const theirs = (name: string): string => pathToFileURL(createRequire(import.meta.url).resolve(name)).href

function fileOf(specifier: string): string {
  const [, room] = /^openid-provider(?:\/(.+))?$/.exec(specifier) ?? [undefined, specifier]
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return specifier
  return specifier.startsWith('openid-provider') ? ours(room ?? 'index') : theirs(specifier)
}

/** The programs of a page, with the packages of this repository and a port of this machine. */
export async function programsOf(page: URL, port: number): Promise<string[]> {
  const text = await readFile(page, 'utf8')
  return [...text.matchAll(/```(?:js|ts)\n(.*?)```/gs)].map(([, program = '']) =>
    program
      .replaceAll(/from '([^']+)'/g, (_match, name: string) => `from ${JSON.stringify(fileOf(name))}`)
      .replaceAll(/\b3000\b/g, String(port)),
  )
}

/** A folder in which programs of a page run, as in a folder of its reader. */
export class ProgramFolder {
  #path = ''
  readonly #children: ChildProcess[] = []

  get path(): string {
    return this.#path
  }

  async make(): Promise<void> {
    this.#path = await mkdtemp(join(tmpdir(), 'program-'))
  }

  async remove(): Promise<void> {
    await Promise.all(this.#children.map((child) => this.stop(child)))
    await rm(this.#path, { recursive: true })
  }

  async write(name: string, code: string): Promise<string> {
    const file = join(this.#path, name)
    await writeFile(file, code)
    return file
  }

  /** Starts a program that goes on, and waits until it answers; the runner's own time limit ends that. */
  async start(name: string, code: string, url: string, environment = {}): Promise<ChildProcess> {
    const file = await this.write(name, code)
    const child = spawn(process.execPath, ['--import', theirs('tsx'), file], {
      cwd: this.#path,
      env: { ...ENVIRONMENT, ...environment },
      stdio: 'ignore',
    })
    this.#children.push(child)
    const answers = () =>
      fetch(url).then(
        () => true,
        () => false,
      )
    while (!(await answers())) {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return child
  }

  /** As a service manager does, and waits for its end. */
  async stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill()
    await ended
  }

  /** Runs a program to its end. @returns what it printed */
  async output(name: string, code: string, environment = {}): Promise<string> {
    const file = await this.write(name, code)
    const options = { cwd: this.#path, env: { ...ENVIRONMENT, ...environment } }
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', theirs('tsx'), file], options)
    return stdout.trim()
  }
}
