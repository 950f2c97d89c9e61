import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { builtPackage } from './built_package.ts'

/** What these programs cover is not the suite's doing. */
const ENVIRONMENT = { ...process.env, NODE_V8_COVERAGE: '' }

/** Where a package of this repository is; the folder has this one installed. */
function fileOf(specifier: string): string {
  if (/^(?:\.|node:|openid-provider(?:\/|$))/.test(specifier)) return specifier
  return pathToFileURL(createRequire(import.meta.url).resolve(specifier)).href
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
    await mkdir(join(this.#path, 'node_modules'))
    await symlink(await builtPackage(), join(this.#path, 'node_modules/openid-provider'))
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
    const child = spawn(process.execPath, [file], {
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
    const { stdout } = await promisify(execFile)(process.execPath, [file], options)
    return stdout.trim()
  }
}
